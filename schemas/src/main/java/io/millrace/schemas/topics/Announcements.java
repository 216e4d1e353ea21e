package io.millrace.schemas.topics;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.kafka.TopicRead;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Checkpoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checkpoints that are announced and not deleted, by id. Immutable. */
public final class Announcements {
  private static final Logger log = LoggerFactory.getLogger(Announcements.class);

  private final Map<CheckpointId, Checkpoint> byId;

  private Announcements(Map<CheckpointId, Checkpoint> byId) {
    this.byId = byId;
  }

  /**
   * Reads the topic from its beginning to its present end.
   *
   * @param consumer {@code read_committed}, with keys and values as bytes, used by this call only
   */
  public static Announcements read(Consumer<byte[], byte[]> consumer, String topic) {
    Map<CheckpointId, Checkpoint> byId = new LinkedHashMap<>();
    List<Long> unreadable = new ArrayList<>();
    new TopicRead<>(consumer)
        .readAll(
            List.of(new TopicPartition(topic, 0)),
            record -> {
              if (!apply(record, byId)) {
                unreadable.add(record.offset());
              }
            });
    if (!unreadable.isEmpty()) {
      log.atWarn()
          .addKeyValue("topic", topic)
          .addKeyValue("records", unreadable.size())
          .addKeyValue("firstOffset", unreadable.get(0))
          .log("records that are not checkpoint announcements were ignored");
    }
    return new Announcements(byId);
  }

  /** Whether the record could be read. */
  private static boolean apply(
      ConsumerRecord<byte[], byte[]> record, Map<CheckpointId, Checkpoint> byId) {
    if (record.key() == null) {
      return true;
    }
    Optional<CheckpointId> id =
        CheckpointId.tryOf(new String(record.key(), java.nio.charset.StandardCharsets.UTF_8));
    if (id.isEmpty()) {
      return false;
    }
    byId.remove(id.get());
    if (record.value() == null) {
      return true;
    }
    try {
      Checkpoint checkpoint = Checkpoint.parseFrom(record.value());
      if (CheckpointId.tryOf(checkpoint.getId()).isEmpty()) {
        return false;
      }
      byId.put(id.get(), checkpoint);
      return true;
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }

  /** In the order of their announcement. */
  public List<Checkpoint> inOrder() {
    return List.copyOf(byId.values());
  }

  /**
   * The one with the highest train-log offset; if there are several, the last announced of them.
   */
  public Optional<Checkpoint> newest() {
    return byId.values().stream().reduce((a, b) -> BY_PLACE.compare(a, b) <= 0 ? b : a);
  }

  public Optional<Checkpoint> find(CheckpointId id) {
    return Optional.ofNullable(byId.get(id));
  }

  private static final Comparator<Checkpoint> BY_PLACE =
      Comparator.comparingLong(Checkpoint::getTrainLogOffset)
          .thenComparingLong(Checkpoint::getStep);
}
