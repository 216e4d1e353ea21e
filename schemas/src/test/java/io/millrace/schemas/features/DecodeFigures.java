package io.millrace.schemas.features;

import java.util.Locale;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs {@link DecodeBenchmark} and prints the median of its forks, the lowest and the highest. */
public final class DecodeFigures {
  private DecodeFigures() {}

  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) throws RunnerException {
    var options = new OptionsBuilder().include(DecodeBenchmark.class.getName()).build();
    for (RunResult result : new Runner(options).run()) {
      double[] forks =
          result.getBenchmarkResults().stream()
              .map(BenchmarkResult::getPrimaryResult)
              .mapToDouble(fork -> fork.getScore() / 1e6)
              .sorted()
              .toArray();
      System.out.printf(
          Locale.ROOT,
          "%-20s median of %d forks %.2f M samples/s (%.2f to %.2f)%n",
          result.getPrimaryResult().getLabel(),
          forks.length,
          forks[forks.length / 2],
          forks[0],
          forks[forks.length - 1]);
    }
  }
}
