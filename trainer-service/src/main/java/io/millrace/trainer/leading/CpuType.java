package io.millrace.trainer.leading;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The CPU model of this machine. On another model other kernels may run, whose rounding differs.
 */
final class CpuType {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  private CpuType() {}

  /** E.g. {@code Intel(R) Xeon(R) Platinum 8481C}; the architecture if the model is unknown. */
  static String name() {
    String architecture = System.getProperty("os.arch", "unknown");
    try (Stream<String> lines = Files.lines(CPUINFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(architecture);
    } catch (IOException | java.io.UncheckedIOException e) {
      return architecture;
    }
  }
}
