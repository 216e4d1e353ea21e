package io.millrace.trainer.leading;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this machine calls its CPU: another type may choose other kernels, which round otherwise.
 */
final class CpuType {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  private CpuType() {}

  /** E.g. {@code Intel(R) Xeon(R) Platinum 8481C}; the architecture where no more can be told. */
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
