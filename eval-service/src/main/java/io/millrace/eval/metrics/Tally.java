package io.millrace.eval.metrics;

import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.config.Task;
import io.millrace.schemas.proto.Sums;

/**
 * Sums of the scores of one series, kind, partition and window. Samples are added, and the sums of
 * other instances merged. Allocates nothing per sample. Confined to one thread.
 */
public final class Tally {
  private final Task task;
  private final ClassSums classSums;
  private final ValueSums valueSums = new ValueSums();
  private final BaselineSums prior;
  private final BaselineSums lastLabel;
  private final Bins staleness = Staleness.bins();
  private long count;
  private long notFinite;
  private double weight;
  private double loss;
  private double lossSquared;

  public Tally(LabelConfig label) {
    this.task = label.task();
    this.classSums = new ClassSums(task, label.classes());
    this.prior = new BaselineSums(task);
    this.lastLabel = new BaselineSums(task);
  }

  /**
   * Adds a sample. A sample whose score is not finite is only counted.
   *
   * @param score of the sample, read before
   * @param sampleWeight finite, at least 0
   * @param baselines with the sample at {@code row}
   * @param samplesStale the sample's offset minus the model's lineage; below 0 counts as 0
   */
  public void add(
      RowScore score, float sampleWeight, Baselines baselines, int row, long samplesStale) {
    count++;
    if (!score.isFinite()) {
      notFinite++;
      return;
    }
    weight += sampleWeight;
    loss += sampleWeight * score.loss;
    lossSquared += sampleWeight * score.loss * score.loss;
    if (task == Task.REGRESSION) {
      valueSums.add(score, sampleWeight);
    } else {
      classSums.add(score, sampleWeight);
    }
    boolean positive = task == Task.BINARY && score.labelled == 1;
    prior.add(baselines.prior, row, sampleWeight, positive);
    lastLabel.add(baselines.lastLabel, row, sampleWeight, positive);
    staleness.add(Staleness.bin(samplesStale), 1);
  }

  /** Adds the sums of other samples. */
  public void merge(Sums sums) {
    count += sums.getCount();
    notFinite += sums.getNotFinite();
    weight += sums.getWeight();
    loss += sums.getLoss();
    lossSquared += sums.getLossSquared();
    if (task == Task.REGRESSION) {
      valueSums.merge(sums);
    } else {
      classSums.merge(sums);
    }
    prior.merge(sums.getPrior());
    lastLabel.merge(sums.getLastLabel());
    staleness.merge(sums.getStaleness());
  }

  public Sums toProto() {
    Sums.Builder sums =
        Sums.newBuilder()
            .setCount(count)
            .setNotFinite(notFinite)
            .setWeight(weight)
            .setLoss(loss)
            .setLossSquared(lossSquared)
            .setPrior(prior.toProto())
            .setLastLabel(lastLabel.toProto())
            .setStaleness(staleness.toProto());
    if (task == Task.REGRESSION) {
      valueSums.writeTo(sums);
    } else {
      classSums.writeTo(sums);
    }
    return sums.build();
  }

  /** Whether no sample was added since creation or the last clear. */
  public boolean isEmpty() {
    return count == 0;
  }

  /** The number of samples added. */
  public long count() {
    return count;
  }

  public void clear() {
    count = 0;
    notFinite = 0;
    weight = 0;
    loss = 0;
    lossSquared = 0;
    classSums.clear();
    valueSums.clear();
    prior.clear();
    lastLabel.clear();
    staleness.clear();
  }
}
