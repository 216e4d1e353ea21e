package io.millrace.eval.drift;

import io.millrace.eval.metrics.ValueBins;
import io.millrace.schemas.proto.Histogram;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The population stability index: the distance of a distribution from the reference, the window of
 * the promotion. By convention, below 0.1 is stable, above 0.2 has changed.
 */
public final class StabilityIndex {
  /*
   * sum over groups of (now - then) ln(now / then), of shares. Bins are grouped by the reference alone. Numbers: in order, a
   * group is closed as soon as it holds a tenth of the reference; one group is below all values seen, and one above.
   * Categories: one group per category with at least a hundredth of the reference, and one for all others, including new ones.
   *
   * The logarithm of an empty group is undefined: each group counts half a sample more than it has. Without any change the
   * index is, by chance alone, about (groups - 1) (1 / samples then + 1 / samples now): below 0.04 for LEAST samples in ten
   * groups. With fewer samples there is no index.
   */
  static final int LEAST = 500;

  private static final double SHARE_OF_GROUP = 0.1;
  private static final double SHARE_OF_CATEGORY = 0.01;
  private static final double EXTRA = 0.5;
  private static final int OTHERS = Integer.MAX_VALUE;

  private StabilityIndex() {}

  /** Whether the histogram has the 500 samples that an index needs. */
  public static boolean hasEnough(Histogram histogram) {
    double sum = 0;
    for (int i = 0; i < histogram.getWeightsCount(); i++) {
      sum += histogram.getWeights(i);
    }
    return sum >= LEAST;
  }

  /** The index; empty if either histogram has fewer than 500 samples. */
  public static OptionalDouble of(Histogram reference, Histogram current) {
    if (!hasEnough(reference) || !hasEnough(current)) {
      return OptionalDouble.empty();
    }
    SortedMap<Integer, Double> then = Histograms.weights(reference);
    SortedMap<Integer, Double> now = Histograms.weights(current);
    TreeMap<Integer, Double> groups = groups(then);
    return OptionalDouble.of(index(groups, grouped(now, groups)));
  }

  /** Groups by their last bin; {@link #OTHERS} has no last bin. */
  private static TreeMap<Integer, Double> groups(SortedMap<Integer, Double> then) {
    boolean categories = then.lastKey() >= ValueBins.FIRST_CATEGORY;
    double least = (categories ? SHARE_OF_CATEGORY : SHARE_OF_GROUP) * sum(then);
    TreeMap<Integer, Double> groups = new TreeMap<>();
    if (!categories) {
      groups.put(then.firstKey() - 1, 0.0);
    }
    double open = 0;
    for (Map.Entry<Integer, Double> entry : then.entrySet()) {
      double together = categories ? entry.getValue() : open + entry.getValue();
      if (together >= least) {
        groups.put(entry.getKey(), together);
        open = categories ? open : 0;
      } else {
        open += entry.getValue();
      }
    }
    groups.put(OTHERS, open);
    return groups;
  }

  private static TreeMap<Integer, Double> grouped(
      SortedMap<Integer, Double> now, TreeMap<Integer, Double> groups) {
    TreeMap<Integer, Double> grouped = new TreeMap<>();
    groups.keySet().forEach(group -> grouped.put(group, 0.0));
    now.forEach(
        (bin, weight) -> {
          Integer group = bin >= ValueBins.FIRST_CATEGORY ? bin : groups.ceilingKey(bin);
          grouped.merge(
              group != null && groups.containsKey(group) ? group : OTHERS, weight, Double::sum);
        });
    return grouped;
  }

  private static double index(Map<Integer, Double> then, Map<Integer, Double> now) {
    double allThen = sum(then) + EXTRA * then.size();
    double allNow = sum(now) + EXTRA * now.size();
    double index = 0;
    for (Map.Entry<Integer, Double> group : then.entrySet()) {
      double before = (group.getValue() + EXTRA) / allThen;
      double after = (now.getOrDefault(group.getKey(), 0.0) + EXTRA) / allNow;
      index += (after - before) * Math.log(after / before);
    }
    return index;
  }

  private static double sum(Map<Integer, Double> weights) {
    return weights.values().stream().mapToDouble(Double::doubleValue).sum();
  }
}
