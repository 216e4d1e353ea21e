package io.millrace.schemas.tuning;

import java.util.OptionalLong;

/**
 * What a batch size costs.
 *
 * @param batch samples that a device takes at once
 * @param samplesPerSecond of all devices, at the median: a neighbour on the machine that holds up a
 *     batch now and then does not decide
 * @param medianNanos of a step, or of a batch
 * @param p95Nanos the same
 * @param meanNanos the same
 * @param memoryBytes at the peak; empty where unknown
 */
public record Speed(
    int batch,
    double samplesPerSecond,
    long medianNanos,
    long p95Nanos,
    long meanNanos,
    OptionalLong memoryBytes) {

  /**
   * Off what was measured.
   *
   * @param samples that each of the durations took, of all devices
   */
  public static Speed of(int batch, long samples, Durations durations, OptionalLong memoryBytes) {
    long median = durations.quantileNanos(0.5);
    return new Speed(
        batch,
        samples / (median / 1e9),
        median,
        durations.quantileNanos(0.95),
        durations.totalNanos() / durations.count(),
        memoryBytes);
  }
}
