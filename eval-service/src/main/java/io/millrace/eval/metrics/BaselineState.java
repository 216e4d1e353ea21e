package io.millrace.eval.metrics;

import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.config.Task;
import io.millrace.schemas.proto.LabelCounts;

/**
 * The state of the baselines of one partition: the weight of each class (or the running mean), and
 * the last label. Test, then train: a sample is predicted from the samples before it, then its
 * label is added. Every sample is added once, in offset order, whether or not a model scored it.
 * Confined to one thread.
 *
 * <p>It is stored in less than 1.5 KB, small enough for the metadata of a committed offset, and
 * restored bit for bit.
 */
public final class BaselineState {
  /*
   * A class's probability is the Krichevsky-Trofimov estimate, (its weight + 1/2) / (all weight + classes / 2): finite losses
   * from the first sample on. "Same as the last label" predicts the last label with the probability, estimated likewise, that
   * a label repeats the one before; the rest is spread evenly over the other classes.
   */

  final Task task;
  final int classes;

  /** Classification: weight of each class; regression: empty. */
  final double[] weights;

  double weight;
  double mean;

  /** Sum of (weight of a class + 1/2)^2. */
  double squares;

  /** The class with most weight; of several, the one that reached it first. */
  int heaviest;

  /** NaN before the first label. */
  double last = Double.NaN;

  /** Weight of the labels that repeated the one before, and of all labels with one before. */
  double repeated;

  double followed;

  /** The bin of a binary prior's log-odds, and the odds between which it does not change. */
  private int bin;

  private double lowestOdds = 1;
  private double highestOdds = 1;

  private BaselineState(LabelConfig label) {
    task = label.task();
    classes = label.classes();
    weights = new double[task == Task.REGRESSION ? 0 : classes];
    squares = 0.25 * weights.length;
  }

  /** The state before a partition's first sample. */
  public static BaselineState start(LabelConfig label) {
    return new BaselineState(label);
  }

  void learn(double label, double sampleWeight) {
    weight += sampleWeight;
    if (!Double.isNaN(last)) {
      followed += sampleWeight;
      repeated += label == last ? sampleWeight : 0;
    }
    last = label;
    if (task == Task.REGRESSION) {
      mean += sampleWeight == 0 ? 0 : (label - mean) * (sampleWeight / weight);
      return;
    }
    int labelled = (int) label;
    squares += sampleWeight * (2 * weights[labelled] + 1 + sampleWeight);
    weights[labelled] += sampleWeight;
    heaviest = weights[labelled] > weights[heaviest] ? labelled : heaviest;
  }

  /** Whether there is anything to predict from. */
  boolean isEmpty() {
    return weight == 0;
  }

  double probabilityOf(int label) {
    return (weights[label] + 0.5) / (weight + 0.5 * classes);
  }

  /** Binary: the bin of the log-odds. Cached, because it seldom changes and a logarithm is slow. */
  int priorBin() {
    double odds = (weights[1] + 0.5) / (weights[0] + 0.5);
    if (odds < lowestOdds || odds >= highestOdds) {
      bin = LogOdds.bin(Math.log(odds));
      lowestOdds = bin == LogOdds.LOWEST ? 0 : Math.exp((double) bin / LogOdds.PER_UNIT);
      highestOdds =
          bin == LogOdds.HIGHEST
              ? Double.POSITIVE_INFINITY
              : Math.exp((bin + 1.0) / LogOdds.PER_UNIT);
    }
    return bin;
  }

  double probabilityOfRepeat() {
    return (repeated + 0.5) / (followed + 1);
  }

  /** For {@link #of(LabelConfig, LabelCounts)}. */
  public LabelCounts toProto() {
    return BaselineCodec.encode(this);
  }

  /**
   * The state that {@link #toProto} returned.
   *
   * @param stored the default instance for the start
   * @throws IllegalArgumentException if it is damaged, or of another label
   */
  public static BaselineState of(LabelConfig label, LabelCounts stored) {
    BaselineState state = new BaselineState(label);
    if (stored.getClasses() > 0) {
      BaselineCodec.decode(stored, state);
    }
    return state;
  }
}
