package io.millrace.schemas.lineage;

import java.util.Comparator;

/**
 * One partition of a topic of samples.
 *
 * @param topicId Kafka's id of the topic (base64), so that a deleted and re-created topic is
 *     another one
 */
public record SamplePartition(String topic, String topicId, int partition)
    implements Comparable<SamplePartition> {
  private static final Comparator<SamplePartition> ORDER =
      Comparator.comparing(SamplePartition::topic)
          .thenComparing(SamplePartition::topicId)
          .thenComparingInt(SamplePartition::partition);

  @Override
  public int compareTo(SamplePartition other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return topic + "-" + partition;
  }
}
