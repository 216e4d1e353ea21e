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
  record Run(Verdict verdict, long samples) {}

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
    while (trial.verdict() == Verdict.UNDECIDED) {
      for (int i = 0; i < BATCH; i++) {
        stream.next();
        tally.add(stream.champion, stream.challenger);
      }
      long window = samples / WINDOW;
      trial.add(tally.toProto(), window, window + 1);
      tally.clear();
      samples += BATCH;
    }
    return new Run(trial.verdict(), samples);
  }

  double share(Verdict verdict) {
    return (double) count(verdict) / runs.size();
  }

  long count(Verdict verdict) {
    return runs.stream().filter(run -> run.verdict() == verdict).count();
  }

  private long medianSamples(Verdict verdict) {
    long[] samples =
        runs.stream()
            .filter(run -> run.verdict() == verdict)
            .mapToLong(Run::samples)
            .sorted()
            .toArray();
    return samples.length == 0 ? 0 : samples[samples.length / 2];
  }

  /** Wilson's interval of 95 % for the share. */
  double[] interval(Verdict verdict) {
    double z = 1.959964;
    double n = runs.size();
    double p = share(verdict);
    double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z / (1 + z * z / n) * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    return new double[] {middle - half, middle + half};
  }

  Runs print(String name) {
    StringBuilder line = new StringBuilder(name).append(": ");
    for (Verdict verdict : Arrays.asList(Verdict.PROMOTE, Verdict.REJECT, Verdict.TIME_OUT)) {
      double[] interval = interval(verdict);
      line.append(
          String.format(
              Locale.ROOT,
              "%s %.2f %% (%.2f to %.2f), median %d samples; ",
              verdict,
              100 * share(verdict),
              100 * interval[0],
              100 * interval[1],
              medianSamples(verdict)));
    }
    System.out.println(line.append(runs.size()).append(" runs"));
    return this;
  }
}
