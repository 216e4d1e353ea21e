package io.millrace.eval.lineup;

import java.util.List;

/**
 * Finds, among numbers in the order in which they came, the newest that does not exceed a bound.
 * Immutable.
 */
final class NewestBelow {
  /*
   * A number that a newer one undercuts or equals is never the answer. What remains ascends with its place, so a
   * binary search finds it: O(log n), and O(1) where the newest of all will do.
   */
  private final int[] places;
  private final long[] numbers;

  NewestBelow(List<Long> values) {
    int[] kept = new int[values.size()];
    int count = 0;
    for (int i = 0; i < values.size(); i++) {
      while (count > 0 && values.get(kept[count - 1]) >= values.get(i)) {
        count--;
      }
      kept[count++] = i;
    }
    places = java.util.Arrays.copyOf(kept, count);
    numbers = java.util.Arrays.stream(places).mapToLong(values::get).toArray();
  }

  /** The place of the newest number that is at most {@code bound}, or -1. */
  int atMost(long bound) {
    int last = numbers.length - 1;
    if (last < 0 || numbers[last] <= bound) {
      return last < 0 ? -1 : places[last];
    }
    int low = 0;
    int high = last;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (numbers[middle] <= bound) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? -1 : places[low - 1];
  }
}
