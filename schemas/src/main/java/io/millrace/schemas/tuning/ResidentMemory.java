package io.millrace.schemas.tuning;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The memory of a CPU: the resident memory of this process, as Linux counts it. That includes
 * native memory, which is not part of the Java heap. Unknown on other systems.
 */
public final class ResidentMemory implements DeviceMemory {
  /*
   * If the memory is that of the whole machine, using all of it kills processes instead of failing a call. So the limit is a
   * share of it, each for training and for evaluation, which may run concurrently.
   */
  private static final double SHARE = 0.25;
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");
  private static final String RESET_PEAK = "5";

  private final long limitBytes;
  private OptionalLong before = OptionalLong.empty();

  private ResidentMemory(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** With a quarter of the memory of the machine, or of the container, as limit. */
  public static ResidentMemory ofMachine() {
    var machine =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    return withLimit((long) (SHARE * machine.getTotalMemorySize()));
  }

  /** With a limit in bytes. */
  public static ResidentMemory withLimit(long bytes) {
    return new ResidentMemory(bytes);
  }

  @Override
  public long limitBytes() {
    return limitBytes;
  }

  /* Freed memory may stay with the process, so each batch is compared with the very beginning. */
  @Override
  public OptionalLong peakWhile(Runnable work) {
    if (before.isEmpty()) {
      before = now();
    }
    boolean counted = tryResetPeak();
    work.run();
    OptionalLong peak = read("VmHWM:");
    return counted && before.isPresent() && peak.isPresent()
        ? OptionalLong.of(Math.max(0, peak.getAsLong() - before.getAsLong()))
        : OptionalLong.empty();
  }

  /** The present resident memory of the process, in bytes. */
  public static OptionalLong now() {
    return read("VmRSS:");
  }

  private static boolean tryResetPeak() {
    try {
      Files.writeString(CLEAR_REFS, RESET_PEAK);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static OptionalLong read(String field) {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
