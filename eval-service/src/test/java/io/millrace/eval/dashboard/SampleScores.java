package io.millrace.eval.dashboard;

import io.millrace.eval.metrics.Metrics;
import io.millrace.schemas.config.Task;
import io.millrace.schemas.proto.Baseline;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.Histogram;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.Sums;
import java.util.Random;

/** Evaluations as aggregation publishes them, of samples drawn with a seed. */
public final class SampleScores {
  static final long HOUR_MS = 3_600_000;
  static final long START_MS = 978_307_200_000L; // 2001-01-01

  private static final int BINS = 64;

  private SampleScores() {}

  /**
   * One window of an hour.
   *
   * @param id empty: the online model
   * @param skill how far apart, in log-odds, the scores of the classes lie
   */
  public static Evaluation window(
      String id, long step, ScoreKind kind, int hour, int count, double skill, boolean last) {
    Sums sums = sums(count, skill, hour * 31L + kind.getNumber());
    return Evaluation.newBuilder()
        .setCheckpointId(id)
        .setOnline(id.isEmpty())
        .setCheckpointStep(step)
        .setKind(kind)
        .setWindowStartMs(kind == ScoreKind.RING ? 0 : START_MS + hour * HOUR_MS)
        .setWindowEndMs(kind == ScoreKind.RING ? 0 : START_MS + (hour + 1) * HOUR_MS)
        .setSums(sums)
        .putAllMetrics(Metrics.of(Task.BINARY, sums))
        .setFinal(last)
        .setAtMs(System.currentTimeMillis())
        .build();
  }

  static Sums sums(int count, double skill, long seed) {
    Random random = new Random(seed);
    double[] positives = new double[BINS];
    double[] negatives = new double[BINS];
    double[] confusion = new double[4];
    double loss = 0;
    int labelled = 0;
    for (int i = 0; i < count; i++) {
      int label = random.nextDouble() < 0.25 ? 1 : 0;
      double logOdds = random.nextGaussian() - 1.1 + skill * (label - 0.25);
      int bin = (int) Math.min(BINS - 1, Math.max(0, logOdds * 8 + BINS / 2));
      (label == 1 ? positives : negatives)[bin]++;
      confusion[label * 2 + (logOdds > 0 ? 1 : 0)]++;
      loss += Math.log1p(Math.exp(label == 1 ? -logOdds : logOdds));
      labelled += label;
    }
    Sums.Builder sums =
        Sums.newBuilder()
            .setCount(count)
            .setWeight(count)
            .setLoss(loss)
            .setLossSquared(loss * loss / Math.max(count, 1))
            .setPositives(histogram(positives))
            .setNegatives(histogram(negatives))
            .setStaleness(Histogram.newBuilder().addBins(40).addWeights(count))
            .setPrior(baseline(count, labelled, 0.562))
            .setLastLabel(baseline(count, labelled, 0.71));
    for (double cell : confusion) {
      sums.addConfusion(cell);
    }
    return sums.build();
  }

  /** All scores in one bin: an AUC of a half. */
  private static Baseline baseline(int count, int positive, double loss) {
    return Baseline.newBuilder()
        .setWeight(count)
        .setLoss(loss * count)
        .setAgreement(count - positive)
        .setPositives(Histogram.newBuilder().addBins(0).addWeights(positive))
        .setNegatives(Histogram.newBuilder().addBins(0).addWeights(count - positive))
        .build();
  }

  private static Histogram histogram(double[] weights) {
    Histogram.Builder histogram = Histogram.newBuilder();
    for (int bin = 0; bin < weights.length; bin++) {
      if (weights[bin] > 0) {
        histogram.addBins((bin - BINS / 2) * 8).addWeights(weights[bin]);
      }
    }
    return histogram.build();
  }
}
