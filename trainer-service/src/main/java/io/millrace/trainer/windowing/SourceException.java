package io.millrace.trainer.windowing;

/**
 * The samples' topic was replaced, or cannot be read from the group's position. Stops windowing.
 */
public final class SourceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SourceException(String message) {
    super(message);
  }

  static SourceException topicReplaced(String place, String found, String now) {
    return new SourceException(
        ("%s: the open batch was filled from the topic with id %s, but the topic now has id %s: it was deleted and"
                + " created again, so its offsets mean other samples; give the pipeline another name")
            .formatted(place, found, now));
  }

  static SourceException otherFeatures(String place) {
    return new SourceException(
        ("%s: the open batch holds samples decoded with other features; restore the previous"
                + " features, or give the pipeline another name")
            .formatted(place));
  }

  static SourceException otherFormat(String place, String found, int known) {
    return new SourceException(
        ("%s: the open batch is stored in %s, this version of Millrace reads formats up to %d; start the version that"
                + " wrote it, or a later one (docs/upgrades.md)")
            .formatted(place, found, known));
  }

  static SourceException lost(String place, long from, long to, String group) {
    return new SourceException(
        ("%s: offsets %d to %d (exclusive) were deleted before they were read (group %s is at %d, the topic begins"
                + " at %d); to accept the loss, which is recorded in the dead letters, run:"
                + " millrace samples accept-loss FILE")
            .formatted(place, from, to, group, from, to));
  }

  static SourceException beyondEnd(String place, long committed, long end, String group) {
    return new SourceException(
        ("%s: group %s is at offset %d, but the topic ends at %d: records were removed, or the topic was"
                + " deleted and created again; give the pipeline another name")
            .formatted(place, group, committed, end));
  }

  static SourceException morePartitions(String topic, int before, int now) {
    return new SourceException(
        ("topic %s has %d partitions, previously it had %d; stop all instances and run:"
                + " millrace samples accept-partitions FILE")
            .formatted(topic, now, before));
  }

  static SourceException stillRunning(String group, int members) {
    return new SourceException(
        ("group %s has %d members (threads of windowing): stop all instances, wait until they have left the group, and"
                + " run this again")
            .formatted(group, members));
  }

  static SourceException noPosition(String group, String trainLog) {
    return new SourceException(
        ("group %s has no committed offsets, but %s holds train batches: a new start would train on samples twice;"
                + " set the group's offsets with kafka-consumer-groups.sh --reset-offsets to next_offset of the last"
                + " batch of each partition, or give the pipeline another name")
            .formatted(group, trainLog));
  }
}
