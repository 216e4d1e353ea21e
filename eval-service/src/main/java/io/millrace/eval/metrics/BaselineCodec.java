package io.millrace.eval.metrics;

import io.millrace.schemas.proto.LabelCounts;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Converts the baselines' state to its stored form and back. */
final class BaselineCodec {
  /*
   * Exact for up to PAIRS classes. With more, the PAIRS classes with most weight are stored, and on reading the rest of the
   * weight is spread evenly over the others: after a restart, the shares of the light classes are approximate, everything else
   * is exact.
   */
  static final int PAIRS = 120;

  private BaselineCodec() {}

  static LabelCounts encode(BaselineState state) {
    LabelCounts.Builder counts =
        LabelCounts.newBuilder()
            .setClasses(state.classes)
            .setWeight(state.weight)
            .setMean(state.mean)
            .setSquares(state.squares)
            .setLast(state.last)
            .setRepeated(state.repeated)
            .setFollowed(state.followed)
            .setHeaviest(state.heaviest);
    for (int label : heaviest(state.weights)) {
      counts.addLabels(label).addWeights(state.weights[label]);
    }
    return counts.build();
  }

  private static int[] heaviest(double[] weights) {
    return IntStream.range(0, weights.length)
        .filter(label -> weights[label] > 0)
        .boxed()
        .sorted(Comparator.comparingDouble(label -> -weights[label]))
        .limit(PAIRS)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  static void decode(LabelCounts counts, BaselineState state) {
    if (counts.getClasses() != state.classes) {
      throw new IllegalArgumentException(
          ("the baselines' state has %d classes, the label has %d; if the label was changed, give the pipeline"
                  + " another name")
              .formatted(counts.getClasses(), state.classes));
    }
    requireWhole(counts, state);
    state.heaviest = counts.getHeaviest();
    state.weight = counts.getWeight();
    state.mean = counts.getMean();
    state.squares = counts.getSquares();
    state.last = counts.getLast();
    state.repeated = counts.getRepeated();
    state.followed = counts.getFollowed();
    readWeights(counts, state);
  }

  private static void requireWhole(LabelCounts counts, BaselineState state) {
    boolean known =
        counts.getLabelsList().stream()
            .allMatch(label -> label >= 0 && label < state.weights.length);
    if (!known || counts.getLabelsCount() != counts.getWeightsCount()) {
      throw new IllegalArgumentException(
          "the baselines' state is damaged: it has %d labels and %d weights for a label with %d classes"
              .formatted(counts.getLabelsCount(), counts.getWeightsCount(), state.classes));
    }
  }

  private static void readWeights(LabelCounts counts, BaselineState state) {
    int pairs = counts.getLabelsCount();
    double rest = state.weight;
    for (int i = 0; i < pairs; i++) {
      int label = counts.getLabels(i);
      state.weights[label] = counts.getWeights(i);
      rest -= state.weights[label];
    }
    if (pairs == PAIRS && state.classes > PAIRS && rest > 0) {
      for (int label = 0; label < state.classes; label++) {
        state.weights[label] += state.weights[label] == 0 ? rest / (state.classes - PAIRS) : 0;
      }
    }
  }
}
