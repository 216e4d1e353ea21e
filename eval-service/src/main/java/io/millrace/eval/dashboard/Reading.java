package io.millrace.eval.dashboard;

import java.util.Map;

/**
 * One look at the offsets of topics and groups.
 *
 * @param partitions of the topic of samples
 * @param produced the ends of its partitions, added up
 * @param trainLogEnd the end of the train log
 * @param stages by the stage's name; a stage that has never committed is absent
 */
record Reading(
    long atMs, int partitions, long produced, long trainLogEnd, Map<String, Offsets> stages) {
  static final String WINDOWING = "windowing";
  static final String SCORING = "scoring";
  static final String AGGREGATION = "aggregation";
}
