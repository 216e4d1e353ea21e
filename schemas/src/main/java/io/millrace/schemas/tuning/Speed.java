package io.millrace.schemas.tuning;

import java.util.OptionalLong;

/**
 * The speed and the memory of a batch size.
 *
 * @param batch samples that a device takes at once
 * @param samplesPerSecond of all devices, computed from the median, so that occasional delays by
 *     other processes do not count
 * @param medianNanos median duration of a step, or of a batch
 * @param p95Nanos 95th percentile of the duration
 * @param meanNanos mean duration
 * @param memoryBytes at the peak; empty if unknown
 */
public record Speed(
    int batch,
    double samplesPerSecond,
    long medianNanos,
    long p95Nanos,
    long meanNanos,
    OptionalLong memoryBytes) {

  /**
   * Computes the speed from measured durations.
   *
   * @param samples that were processed in each of the durations, on all devices
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
