package io.millrace.eval.dashboard.live;

import java.util.Map;

/**
 * The offsets of topics and groups at one time.
 *
 * @param partitions of the topic of samples
 * @param produced the sum of the end offsets of its partitions
 * @param trainLogEnd the end of the train log
 * @param stages by name; a stage that has never committed is absent
 */
public record OffsetsReading(
    long atMs, int partitions, long produced, long trainLogEnd, Map<String, StageOffsets> stages) {
  public static final String WINDOWING = "windowing";
  public static final String SCORING = "scoring";
  public static final String AGGREGATION = "aggregation";

  /**
   * The progress of a stage on its input.
   *
   * @param done committed offsets, summed over all partitions
   * @param lag offsets to the end, including control records of transactions
   */
  public record StageOffsets(long done, long lag) {}
}
