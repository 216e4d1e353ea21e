package io.millrace.eval.lineup;

import io.millrace.eval.lineup.LineupEvent.CheckpointAnnounced;
import io.millrace.eval.lineup.LineupEvent.CheckpointWithdrawn;
import io.millrace.eval.lineup.LineupEvent.PromotionDecided;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.kafka.TopicFollower;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.serdes.ProtoSerde;
import io.millrace.schemas.topics.TopicNames;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads the topics of checkpoints and promotions from their beginning and follows them, on a thread
 * of its own. Every instance of scoring reads both whole, so all have the same line-up.
 */
public final class LineupFollower implements AutoCloseable, TopicFollower.Listener {
  private final String checkpoints;
  private final ProtoSerde<Checkpoint> checkpointSerde =
      ProtoSerde.of(Checkpoint.getDefaultInstance());
  private final ProtoSerde<Promotion> promotionSerde =
      ProtoSerde.of(Promotion.getDefaultInstance());
  private final Consumer<LineupEvent> listener;
  private final Consumer<Throwable> onFailure;
  private final TopicFollower follower;

  private LineupFollower(
      PipelineConfig config, Consumer<LineupEvent> listener, Consumer<Throwable> onFailure) {
    TopicNames topics = new TopicNames(config.pipeline());
    this.checkpoints = topics.checkpoints();
    this.listener = listener;
    this.onFailure = onFailure;
    this.follower =
        TopicFollower.start(
            "millrace-scoring-lineup",
            CommittedReader.open(config.kafka()),
            List.of(topics.checkpoints(), topics.promotions()),
            TopicFollower.Start.BEGINNING,
            TopicFollower.OnFailure.FAIL,
            this);
  }

  /**
   * @param listener called on this object's thread
   * @param onFailure called at most once, on this object's thread, when reading has failed
   * @throws RuntimeException if the topics cannot be read
   */
  public static LineupFollower start(
      PipelineConfig config, Consumer<LineupEvent> listener, Consumer<Throwable> onFailure) {
    return new LineupFollower(config, listener, onFailure);
  }

  /**
   * Waits until everything that was published before the start has been passed on; false if this
   * was closed first.
   */
  public boolean awaitEnd() throws InterruptedException {
    return follower.awaitCaughtUp();
  }

  @Override
  public boolean onRecord(ConsumerRecord<byte[], byte[]> record) {
    Optional<LineupEvent> event = read(record);
    event.ifPresent(listener);
    return event.isPresent();
  }

  private Optional<LineupEvent> read(ConsumerRecord<byte[], byte[]> record) {
    if (!record.topic().equals(checkpoints)) {
      return promotionSerde.decode(record.value()).tryValue().map(PromotionDecided::new);
    }
    if (record.key() == null) {
      return Optional.empty();
    }
    if (record.value() == null) {
      return CheckpointId.tryOf(new String(record.key(), StandardCharsets.UTF_8))
          .map(CheckpointWithdrawn::new);
    }
    return checkpointSerde
        .decode(record.value())
        .tryValue()
        .filter(checkpoint -> CheckpointId.tryOf(checkpoint.getId()).isPresent())
        .map(
            checkpoint ->
                new CheckpointAnnounced(AnnouncedCheckpoint.of(checkpoint, record.timestamp())));
  }

  @Override
  public void onState(TopicFollower.State now, @Nullable Throwable why) {
    if (why != null) {
      onFailure.accept(why);
    }
  }

  @Override
  public void close() {
    follower.close();
  }
}
