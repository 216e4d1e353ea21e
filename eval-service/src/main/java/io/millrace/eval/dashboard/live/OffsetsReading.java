package io.millrace.eval.dashboard.live;

import java.util.Map;

/**
 * One look at the offsets of topics and groups.
 *
 * @param partitions of the topic of samples
 * @param produced the ends of its partitions, added up
 * @param trainLogEnd the end of the train log
 * @param stages by the stage's name; a stage that has never committed is absent
 */
public record OffsetsReading(
    long atMs, int partitions, long produced, long trainLogEnd, Map<String, StageOffsets> stages) {
  public static final String WINDOWING = "windowing";
  public static final String SCORING = "scoring";
  public static final String AGGREGATION = "aggregation";

  /**
   * Where a stage stands on what it reads.
   *
   * @param done offsets passed, over all partitions
   * @param lag offsets not yet passed; control records of transactions count
   */
  public record StageOffsets(long done, long lag) {}
}
