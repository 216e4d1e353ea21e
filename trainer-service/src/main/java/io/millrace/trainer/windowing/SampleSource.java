package io.millrace.trainer.windowing;

import io.millrace.schemas.config.ModelConfig;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.AnswerException;
import io.millrace.schemas.kafka.Answers;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.lineage.SamplePartition;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.topics.DeadLetterRecord;
import io.millrace.schemas.topics.GroupNames;
import io.millrace.schemas.topics.TopicNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The samples' topic, with the positions of windowing's group. Where to begin is decided once, at
 * the first start; later, anything that would skip or repeat samples is refused. Uses an admin
 * client that remains the caller's; not thread-safe.
 */
public final class SampleSource {
  private final Admin admin;
  private final PipelineConfig config;
  private final String topic;
  private final String group;

  public SampleSource(Admin admin, PipelineConfig config) {
    this.admin = admin;
    this.config = config;
    this.topic = config.samples().topic();
    this.group = new GroupNames(config.pipeline()).windowing();
  }

  /** A range of offsets that were deleted before they were read; {@code to} is exclusive. */
  public record LostSamples(int partition, long from, long to) {}

  /**
   * @throws SourceException if the topic does not exist
   */
  public TopicDescription describe() {
    return describe(topic);
  }

  private TopicDescription describe(String name) {
    try {
      return Answers.describe(admin, name, "samples.topic");
    } catch (AnswerException e) {
      throw e.kind() == AnswerException.Kind.UNKNOWN_TOPIC
          ? new SourceException(String.valueOf(e.getMessage()))
          : e;
    }
  }

  /**
   * Ensures that the group has a position in every partition, and can continue from it.
   *
   * @throws SourceException if samples were lost, partitions were added, or positions are missing
   */
  public void prepare(TopicDescription description) {
    int partitions = description.partitions().size();
    Map<TopicPartition, Long> positions = positions();
    if (positions.isEmpty()) {
      requireFirstStart();
      begin(allPartitions(partitions));
      positions = positions();
    }
    if (positions.size() < partitions) {
      throw SourceException.morePartitions(topic, positions.size(), partitions);
    }
    for (LostSamples loss : losses(positions)) {
      String place = topic + "-" + loss.partition();
      throw SourceException.lost(place, loss.from(), loss.to(), group);
    }
    Map<TopicPartition, Long> ends = offsets(positions.keySet(), OffsetSpec.latest());
    positions.forEach(
        (partition, position) -> {
          if (position > ends.getOrDefault(partition, 0L)) {
            throw SourceException.beyondEnd(
                partition.toString(), position, ends.getOrDefault(partition, 0L), group);
          }
        });
  }

  /**
   * Moves the group past all losses, after recording each in the dead letters. All instances must
   * be stopped.
   *
   * @return the losses
   * @throws SourceException if an instance runs
   */
  public List<LostSamples> acceptLosses() {
    List<LostSamples> losses = losses(positions());
    if (losses.isEmpty()) {
      return losses;
    }
    requireStopped();
    record(losses);
    Map<TopicPartition, Long> target = new HashMap<>();
    losses.forEach(loss -> target.put(new TopicPartition(topic, loss.partition()), loss.to()));
    moveTo(target);
    return losses;
  }

  private void requireStopped() {
    int members =
        Answers.await(
                admin.describeConsumerGroups(List.of(group)).all(),
                "group " + group + " could not be described")
            .values()
            .stream()
            .mapToInt(description -> description.members().size())
            .sum();
    if (members > 0) {
      throw SourceException.stillRunning(group, members);
    }
  }

  private void record(List<LostSamples> losses) {
    String topicId = describe().topicId().toString();
    ByteArraySerializer bytes = new ByteArraySerializer();
    Map<String, Object> properties = new HashMap<>(config.kafka());
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    String deadLetters = new TopicNames(config.pipeline()).deadLetters();
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (Producer<byte[], byte[]> producer = new KafkaProducer<>(properties, bytes, bytes)) {
      for (LostSamples loss : losses) {
        DeadLetter letter = toDeadLetter(loss, topicId);
        byte[] key = DeadLetterRecord.key(letter);
        sent.add(producer.send(new ProducerRecord<>(deadLetters, key, letter.toByteArray())));
      }
      producer.flush();
    }
    for (Future<RecordMetadata> record : sent) {
      Answers.await(record, "a loss could not be written to " + deadLetters);
    }
  }

  private DeadLetter toDeadLetter(LostSamples loss, String topicId) {
    return DeadLetter.newBuilder()
        .setTopic(topic)
        .setTopicId(topicId)
        .setPartition(loss.partition())
        .setOffset(loss.from())
        .setLostUntil(loss.to())
        .setBytesLost(true)
        .setReason(DeadLetter.Reason.SOURCE_LOST)
        .setDetail(
            "offsets %d to %d (exclusive) were deleted before they were read; the loss was accepted"
                .formatted(loss.from(), loss.to()))
        .setRejectedMs(System.currentTimeMillis())
        .build();
  }

  /**
   * Accepts partitions that were added: they begin at their first offset, each with its own store;
   * the others continue. All instances must be stopped.
   *
   * @return how many were added
   * @throws SourceException if an instance runs
   */
  public int acceptPartitions() {
    int partitions = describe().partitions().size();
    Map<TopicPartition, Long> positions = positions();
    List<TopicPartition> added = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      TopicPartition partition = new TopicPartition(topic, i);
      if (!positions.containsKey(partition)) {
        added.add(partition);
      }
    }
    if (positions.isEmpty() || added.isEmpty()) {
      return 0;
    }
    requireStopped();
    growChangelog(partitions);
    moveTo(offsets(added, OffsetSpec.earliest()));
    return added.size();
  }

  /** A store belongs to its partition, not to keys, so existing stores stay valid. */
  private void growChangelog(int partitions) {
    String changelog = WindowingSettings.changelog(config);
    int found = describe(changelog).partitions().size();
    if (found < partitions) {
      Answers.await(
          admin.createPartitions(Map.of(changelog, NewPartitions.increaseTo(partitions))).all(),
          "partitions could not be added to topic " + changelog);
    }
  }

  private List<LostSamples> losses(Map<TopicPartition, Long> positions) {
    Map<TopicPartition, Long> begins = offsets(positions.keySet(), OffsetSpec.earliest());
    List<LostSamples> losses = new ArrayList<>();
    new TreeMap<>(byNumber(positions))
        .forEach(
            (number, position) -> {
              long begin = begins.getOrDefault(new TopicPartition(topic, number), 0L);
              if (position < begin) {
                losses.add(new LostSamples(number, position, begin));
              }
            });
    return losses;
  }

  private static Map<Integer, Long> byNumber(Map<TopicPartition, Long> positions) {
    Map<Integer, Long> byNumber = new HashMap<>();
    positions.forEach((partition, position) -> byNumber.put(partition.partition(), position));
    return byNumber;
  }

  /** If there are train batches but no positions, this is not the first start. */
  private void requireFirstStart() {
    if (hasTrainBatches()) {
      throw SourceException.noPosition(group, new TopicNames(config.pipeline()).trainLog());
    }
  }

  private boolean hasTrainBatches() {
    TopicPartition log = new TopicPartition(new TopicNames(config.pipeline()).trainLog(), 0);
    return offsets(List.of(log), OffsetSpec.latest()).getOrDefault(log, 0L) > 0;
  }

  /**
   * The lineage of the initial model: the samples before the pipeline's beginning, and those that
   * {@code model.trained_until} names. Decides where the pipeline begins, if windowing has not. If
   * the beginning is no longer known (the broker keeps it for {@code offsets.retention.minutes}),
   * windowing's position or the end of the samples takes its place: the lineage may then be too
   * large, never too small.
   *
   * @throws SourceException if the topic does not exist, or {@code trained_until} is in the future
   */
  public Lineage initialLineage(TopicDescription description) {
    List<TopicPartition> allPartitions = allPartitions(description.partitions().size());
    if (positions().isEmpty() && !hasTrainBatches()) {
      begin(allPartitions);
    }
    Map<TopicPartition, Long> known = new HashMap<>(offsets(allPartitions, OffsetSpec.latest()));
    known.putAll(positions());
    known.putAll(positions(new GroupNames(config.pipeline()).beginning()));
    Map<TopicPartition, Long> before = trainedUntil(allPartitions);
    Lineage seen = Lineage.EMPTY;
    String id = description.topicId().toString();
    for (TopicPartition partition : allPartitions) {
      long offset = Math.max(known.getOrDefault(partition, 0L), before.getOrDefault(partition, 0L));
      seen = seen.with(new SamplePartition(topic, id, partition.partition()), offset);
    }
    return seen;
  }

  private Map<TopicPartition, Long> trainedUntil(List<TopicPartition> allPartitions) {
    ModelConfig.TrainedUntil until = config.model().trainedUntil();
    if (until == null) {
      return Map.of();
    }
    Instant time = until.time();
    if (time == null) {
      Map<TopicPartition, Long> offsets = new HashMap<>();
      until.offsets().forEach((p, offset) -> offsets.put(new TopicPartition(topic, p), offset));
      return offsets;
    }
    if (time.isAfter(Instant.now())) {
      throw new SourceException(
          "model.trained_until.time is %s, which is in the future; give a past time, or offsets"
              .formatted(time));
    }
    return since(allPartitions, time);
  }

  private List<TopicPartition> allPartitions(int partitions) {
    List<TopicPartition> allPartitions = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      allPartitions.add(new TopicPartition(topic, i));
    }
    return allPartitions;
  }

  private void begin(List<TopicPartition> allPartitions) {
    String start = config.samples().start();
    Map<TopicPartition, Long> offsets =
        switch (start) {
          case "earliest" -> offsets(allPartitions, OffsetSpec.earliest());
          case "latest" -> offsets(allPartitions, OffsetSpec.latest());
          default -> since(allPartitions, Instant.parse(start));
        };
    new Beginning(config).decide(() -> !positions().isEmpty(), offsets);
  }

  /** The first offsets at or after a time; the end if there is no such record. */
  private Map<TopicPartition, Long> since(List<TopicPartition> partitions, Instant time) {
    Map<TopicPartition, Long> found =
        offsets(partitions, OffsetSpec.forTimestamp(time.toEpochMilli()));
    Map<TopicPartition, Long> ends = offsets(partitions, OffsetSpec.latest());
    ends.replaceAll(
        (partition, end) ->
            found.getOrDefault(partition, -1L) < 0 ? end : found.getOrDefault(partition, end));
    return ends;
  }

  private Map<TopicPartition, Long> positions() {
    return positions(group);
  }

  private Map<TopicPartition, Long> positions(String group) {
    Map<TopicPartition, Long> positions = new HashMap<>();
    Answers.await(
            admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(),
            "offsets of group " + group + " could not be read")
        .forEach(
            (partition, committed) -> {
              if (committed != null && partition.topic().equals(topic)) {
                positions.put(partition, committed.offset());
              }
            });
    return positions;
  }

  private void moveTo(Map<TopicPartition, Long> offsets) {
    Map<TopicPartition, OffsetAndMetadata> target = new HashMap<>();
    offsets.forEach((partition, offset) -> target.put(partition, new OffsetAndMetadata(offset)));
    Answers.await(
        admin.alterConsumerGroupOffsets(group, target).all(),
        "offsets of group " + group + " could not be set",
        "stop all instances, wait until they have left the group, and run this again");
  }

  private Map<TopicPartition, Long> offsets(Iterable<TopicPartition> partitions, OffsetSpec spec) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, spec));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    Answers.await(
            admin.listOffsets(asked).all(), "offsets of " + asked.keySet() + " could not be read")
        .forEach((partition, found) -> offsets.put(partition, found.offset()));
    return offsets;
  }
}
