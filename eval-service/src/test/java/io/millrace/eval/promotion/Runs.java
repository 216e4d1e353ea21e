package io.millrace.eval.promotion;

import io.millrace.eval.metrics.PairTally;
import io.millrace.schemas.config.PromotionConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/** Many trials, each on a stream of its own, looked at after every batch. */
record Runs(List<Run> runs) {
  static final int BATCH = 100;

  /** Samples of an event-time window. */
  static final int WINDOW = 1000;

  /** How one ended, and after how many samples. */
  record Run(TrialOutcome outcome, long samples) {}

  static Runs of(int runs, PromotionConfig config, LongFunction<Streams> streamOf) {
    return new Runs(
        LongStream.rangeClosed(1, runs)
            .parallel()
            .mapToObj(seed -> one(config, streamOf.apply(seed), 1))
            .toList());
  }

  static Run one(PromotionConfig config, Streams stream, long number) {
    Trial trial = Trial.start(config, new Pair("champion", "challenger"), number, Long.MIN_VALUE);
    PairTally tally = new PairTally("champion", "challenger", config.clip());
    long samples = 0;
    while (trial.outcome() == TrialOutcome.UNDECIDED) {
      for (int i = 0; i < BATCH; i++) {
        stream.next();
        tally.add(stream.champion, stream.challenger);
      }
      long window = samples / WINDOW;
      trial.add(tally.toProto(), window, window + 1);
      tally.clear();
      samples += BATCH;
    }
    return new Run(trial.outcome(), samples);
  }

  double share(TrialOutcome outcome) {
    return (double) count(outcome) / runs.size();
  }

  long count(TrialOutcome outcome) {
    return runs.stream().filter(run -> run.outcome() == outcome).count();
  }

  private long medianSamples(TrialOutcome outcome) {
    long[] samples =
        runs.stream()
            .filter(run -> run.outcome() == outcome)
            .mapToLong(Run::samples)
            .sorted()
            .toArray();
    return samples.length == 0 ? 0 : samples[samples.length / 2];
  }

  /** Wilson's interval of 95 % for the share. */
  double[] interval(TrialOutcome outcome) {
    double z = 1.959964;
    double n = runs.size();
    double p = share(outcome);
    double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z / (1 + z * z / n) * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    return new double[] {middle - half, middle + half};
  }

  Runs print(String name) {
    StringBuilder line = new StringBuilder(name).append(": ");
    for (TrialOutcome outcome :
        Arrays.asList(TrialOutcome.PROMOTE, TrialOutcome.REJECT, TrialOutcome.TIME_OUT)) {
      double[] interval = interval(outcome);
      line.append(
          String.format(
              Locale.ROOT,
              "%s %.2f %% (%.2f to %.2f), median %d samples; ",
              outcome,
              100 * share(outcome),
              100 * interval[0],
              100 * interval[1],
              medianSamples(outcome)));
    }
    System.out.println(line.append(runs.size()).append(" runs"));
    return this;
  }
}
