package io.millrace.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a run of the demo is to be.
 *
 * @param data keeps broker and checkpoints; empty: they go with the run
 * @param flights a CSV of the same form; empty: the flights that come with Millrace
 * @param limit at most so many flights
 * @param rate records per second; empty: as fast as the services
 * @param behind how many records the slowest stage may be behind, where no rate is given
 * @param frozenAfter the online model is judged beside the one that stands after so many flights
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
