package io.millrace.bench.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Compares training from a log, Millrace's loop from memory, and DJL's {@code Trainer} from memory,
 * in rounds that alternate, at several batch sizes.
 */
public final class TrainingBench {
  private static final List<Integer> BATCHES = List.of(1, 50, 512);
  private static final int ROUNDS = 5;
  private static final int SAMPLES_PER_ROUND = 400_000;
  private static final int MAX_STEPS_PER_ROUND = 4_000;

  private TrainingBench() {}

  /** Steps per second over the rounds: the median, the lowest and the highest. */
  public record Rate(double median, double lowest, double highest) {
    static Rate of(double[] rounds) {
      double[] sorted = rounds.clone();
      Arrays.sort(sorted);
      return new Rate(sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }

    @Override
    public String toString() {
      return "%,.0f (%,.0f to %,.0f)".formatted(median, lowest, highest);
    }
  }

  /**
   * The rates of the three rivals.
   *
   * @param fromLog null if it was not measured
   */
  public record StepsPerSecond(@Nullable Rate fromLog, Rate fromMemory, Rate djlTrainer) {
    double ratio() {
      return (fromLog == null ? fromMemory : fromLog).median() / djlTrainer.median();
    }
  }

  /**
   * The result of one batch size.
   *
   * @param ratio of the medians, Millrace to DJL: from the log, or from memory if that was not
   *     measured
   * @param loss mean over one additional round, of Millrace from memory
   * @param djlLoss the same of DJL; within 1 % of {@code loss}, otherwise the bench compares
   *     different things
   */
  public record Row(
      int batch, StepsPerSecond stepsPerSecond, double ratio, double loss, double djlLoss) {}

  /**
   * Runs the bench, which takes about a minute.
   *
   * @param fromLog given a batch size, returns steps per second over a pre-filled log of {@link
   *     #steps} train batches of {@link BenchSetup#of}'s samples; called once a round; null to
   *     leave it out
   */
  public static List<Row> run(@Nullable IntToDoubleFunction fromLog) {
    return BATCHES.stream().map(batch -> row(batch, fromLog)).toList();
  }

  /** How many steps a round takes. */
  public static int steps(int batch) {
    return Math.min(MAX_STEPS_PER_ROUND, SAMPLES_PER_ROUND / batch);
  }

  private static Row row(int batch, @Nullable IntToDoubleFunction fromLog) {
    BenchSetup setup = BenchSetup.of(batch);
    int steps = steps(batch);
    try (Rival ours = new MemoryRival(setup);
        Rival djls = new DjlRival(setup)) {
      ours.rate(steps);
      djls.rate(steps);
      List<double[]> rounds = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        double log = fromLog == null ? 0 : fromLog.applyAsDouble(batch);
        rounds.add(new double[] {log, ours.rate(steps), djls.rate(steps)});
      }
      StepsPerSecond rates =
          new StepsPerSecond(
              fromLog == null ? null : rate(rounds, 0), rate(rounds, 1), rate(rounds, 2));
      return new Row(batch, rates, rates.ratio(), ours.loss(steps), djls.loss(steps));
    }
  }

  private static Rate rate(List<double[]> rounds, int rival) {
    return Rate.of(rounds.stream().mapToDouble(round -> round[rival]).toArray());
  }
}
