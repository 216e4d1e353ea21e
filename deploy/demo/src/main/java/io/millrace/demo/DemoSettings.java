package io.millrace.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The settings of one run of the demo.
 *
 * @param data keeps the broker's data and the checkpoints; empty: they are deleted at the end
 * @param flights a CSV file with the same columns; empty: the flights that come with Millrace
 * @param limit sends at most this many flights
 * @param rate records per second; empty: the producer follows the slowest stage
 * @param behind without a rate, the producer stays at most this many records ahead of the slowest
 *     stage
 * @param frozenAfter the online model is compared with the model after this many flights
 * @param sets settings of the pipeline, {@code key=value}
 */
public record DemoSettings(
    Optional<Path> data,
    Optional<Path> flights,
    long limit,
    OptionalDouble rate,
    long behind,
    long frozenAfter,
    List<String> sets) {
  public DemoSettings {
    sets = List.copyOf(sets);
  }
}
