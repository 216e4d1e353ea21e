package io.millrace.schemas.tuning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The memory that this process holds, as Linux counts it: native memory, which the Java heap does
 * not know of, included. Elsewhere nothing is known.
 */
public final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");
  private static final String RESET_PEAK = "5";

  private ResidentMemory() {}

  /**
   * By how much it grew, at its peak, while something ran.
   *
   * @return bytes; empty where it cannot be told
   */
  public static OptionalLong growthWhile(Runnable work) {
    if (!tryResetPeak()) {
      work.run();
      return OptionalLong.empty();
    }
    OptionalLong before = now();
    work.run();
    OptionalLong peak = read("VmHWM:");
    return before.isPresent() && peak.isPresent()
        ? OptionalLong.of(Math.max(0, peak.getAsLong() - before.getAsLong()))
        : OptionalLong.empty();
  }

  /** Now, in bytes. */
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
