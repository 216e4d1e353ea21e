package io.millrace.eval.champion;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.Answers;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.kafka.TopicRead;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.Promotion.Decision;
import io.millrace.schemas.serdes.ProtoSerde;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.time.Clock;
import io.millrace.schemas.topics.Announcements;
import io.millrace.schemas.topics.TopicNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The promotions topic, for reading and for decisions made by hand. Not thread-safe. */
public final class PromotionLog {
  private final PipelineConfig config;
  private final TopicNames topics;
  private final ChampionPlace place;
  private final Clock clock;
  private final ProtoSerde<Promotion> serde = ProtoSerde.of(Promotion.getDefaultInstance());

  /** A decision and its offset. */
  public record LoggedDecision(long offset, Promotion decision) {}

  public PromotionLog(LoadedPipeline pipeline, CheckpointStore store, Clock clock) {
    this.config = pipeline.config();
    this.topics = new TopicNames(config.pipeline());
    this.place = new ChampionPlace(store);
    this.clock = clock;
  }

  /** All decisions so far, oldest first. */
  public List<LoggedDecision> read() {
    List<LoggedDecision> entries = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = CommittedReader.open(config.kafka())) {
      new TopicRead<>(consumer)
          .readAll(
              List.of(new TopicPartition(topics.promotions(), 0)),
              record ->
                  serde
                      .decode(record.value())
                      .tryValue()
                      .ifPresent(
                          decision -> entries.add(new LoggedDecision(record.offset(), decision))));
    }
    return entries;
  }

  /**
   * Puts a checkpoint in force, and at the champion's place.
   *
   * @param by name of the person who decided
   * @throws IllegalArgumentException if the checkpoint is not announced (the message lists those
   *     that are), or is in force already
   */
  public LoggedDecision promote(CheckpointId id, String by) {
    DecisionHistory history = history();
    Checkpoint checkpoint = require(id);
    if (id.text().equals(history.inUse().champion())) {
      throw new IllegalArgumentException("checkpoint '" + id + "' is in force already");
    }
    return decide(checkpoint, history, Decision.PROMOTED_BY_HAND, "promoted by hand", by);
  }

  /**
   * Puts the checkpoint that the champion replaced in force again.
   *
   * @throws IllegalArgumentException if the champion has replaced no checkpoint, or that was
   *     deleted
   */
  public LoggedDecision rollBack(String by) {
    DecisionHistory history = history();
    String champion = history.inUse().champion();
    String replaced = history.inUse().replaced();
    if (replaced.isEmpty()) {
      throw new IllegalArgumentException(
          champion.isEmpty()
              ? "nothing to roll back: no checkpoint is in force yet"
              : "nothing to roll back: '%s' is in force and has replaced nothing; another can be put in force with: millrace promote FILE ID"
                  .formatted(champion));
    }
    return decide(
        require(CheckpointId.of(replaced)),
        history,
        Decision.ROLLED_BACK_BY_HAND,
        "rolled back by hand",
        by);
  }

  private DecisionHistory history() {
    DecisionHistory history = DecisionHistory.NONE;
    for (LoggedDecision entry : read()) {
      history = history.after(entry.decision(), entry.offset());
    }
    return history;
  }

  private Checkpoint require(CheckpointId id) {
    try (Consumer<byte[], byte[]> consumer = CommittedReader.open(config.kafka())) {
      Announcements announced = Announcements.read(consumer, topics.checkpoints());
      return announced
          .find(id)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "checkpoint '%s' is not known, or was deleted; known are: %s"
                          .formatted(id, ids(announced))));
    }
  }

  private static String ids(Announcements announced) {
    String ids =
        announced.inOrder().stream().map(Checkpoint::getId).collect(Collectors.joining(", "));
    return ids.isEmpty() ? "none" : ids;
  }

  private LoggedDecision decide(
      Checkpoint checkpoint, DecisionHistory history, Decision decision, String reason, String by) {
    Promotion promotion =
        Promotion.newBuilder()
            .setCheckpointId(checkpoint.getId())
            .setChampionId(history.inUse().champion())
            .setDecision(decision)
            .setReason(reason)
            .setAtMs(clock.epochMs())
            .setBy(by)
            .build();
    LoggedDecision entry = new LoggedDecision(write(promotion), promotion);
    place.put(checkpoint, promotion, entry.offset());
    return entry;
  }

  private long write(Promotion promotion) {
    Map<String, Object> properties = new HashMap<>(config.kafka());
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    ByteArraySerializer bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<>(properties, bytes, bytes)) {
      return Answers.await(
              producer.send(
                  new ProducerRecord<>(
                      topics.promotions(),
                      0,
                      config.pipeline().getBytes(UTF_8),
                      promotion.toByteArray())),
              "the decision could not be written to " + topics.promotions())
          .offset();
    }
  }
}
