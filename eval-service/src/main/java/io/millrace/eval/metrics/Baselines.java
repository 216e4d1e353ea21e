package io.millrace.eval.metrics;

import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.config.ModelConfig;
import io.millrace.schemas.config.Task;

/**
 * The scores of the two baselines on the rows of an eval batch: the prior (most frequent class, or
 * running mean) and the last label. Computed once per row, for all models. Confined to one thread.
 */
public final class Baselines {
  private final ValueLoss valueLoss;
  final BaselineColumn prior;
  final BaselineColumn lastLabel;

  private Baselines(ValueLoss valueLoss, int capacity, boolean value) {
    this.valueLoss = valueLoss;
    this.prior = new BaselineColumn(capacity, value);
    this.lastLabel = new BaselineColumn(capacity, value);
  }

  /** With this capacity, in rows. */
  public static Baselines of(ModelConfig model, LabelConfig label, int capacity) {
    boolean value = label.task() == Task.REGRESSION;
    return new Baselines(value ? ValueLoss.of(model) : error -> Double.NaN, capacity, value);
  }

  /**
   * Predicts a row from the labels before it in its partition, then adds its label to the state.
   * Call it once per sample, in the order of offsets.
   */
  public void testThenLearn(int row, BaselineState state, float label, float weight) {
    if (state.task == Task.REGRESSION) {
      boolean none = state.isEmpty();
      prior.setValue(row, none ? Double.NaN : state.mean, label, valueLoss);
      lastLabel.setValue(row, state.last, label, valueLoss);
    } else {
      setPrior(row, state, (int) label);
      setLastLabel(row, state, (int) label);
    }
    state.learn(label, weight);
  }

  /** Copies the predictions of a row of another batch. */
  public void copy(int row, Baselines other, int otherRow) {
    prior.copy(row, other.prior, otherRow);
    lastLabel.copy(row, other.lastLabel, otherRow);
  }

  /** The prior's loss of a row; NaN for a value without any before it: such a row is not paired. */
  public double priorLoss(int row) {
    return prior.loss(row);
  }

  private void setPrior(int row, BaselineState state, int label) {
    double own = state.probabilityOf(label);
    boolean right = label == state.heaviest;
    if (state.task == Task.BINARY) {
      prior.setClass(row, own, right, (1 - own) * (1 - own));
      prior.bin[row] = state.priorBin();
    } else {
      double all = state.weight + 0.5 * state.classes;
      prior.setClass(row, own, right, state.squares / (all * all) + 1 - 2 * own);
    }
  }

  private void setLastLabel(int row, BaselineState state, int label) {
    if (Double.isNaN(state.last)) {
      lastLabel.copy(row, prior, row);
      return;
    }
    boolean right = label == (int) state.last;
    double repeat = state.probabilityOfRepeat();
    double other = (1 - repeat) / (state.classes - 1);
    double own = right ? repeat : other;
    if (state.task == Task.BINARY) {
      lastLabel.setClass(row, own, right, (1 - own) * (1 - own));
      lastLabel.bin[row] = LogOdds.bin(state.last > 0.5 ? 1 : -1);
    } else {
      double squares = repeat * repeat + (state.classes - 1) * other * other;
      lastLabel.setClass(row, own, right, squares + 1 - 2 * own);
    }
  }
}
