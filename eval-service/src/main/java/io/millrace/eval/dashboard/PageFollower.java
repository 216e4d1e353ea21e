package io.millrace.eval.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import io.millrace.eval.dashboard.live.Bounds;
import io.millrace.eval.dashboard.live.LiveModel;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.kafka.TopicFollower;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.ops.LogThrottle;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.TrainProgress;
import io.millrace.schemas.serdes.ProtoSerde;
import io.millrace.schemas.time.Clock;
import io.millrace.schemas.topics.TopicNames;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the pipeline's topics into the model: first the existing records, as far back as the bounds
 * allow, then new ones. Failures of Kafka are shown on the page and retried; they do not stop the
 * service. Has a thread of its own; thread-safe.
 */
final class PageFollower implements AutoCloseable, TopicFollower.Listener {
  /** Part of the keys of partitions' reports; other score sums are not read. */
  private static final String REPORT = "/" + ScoreKind.SCORE_KIND_UNSPECIFIED + "/";

  private static final Logger log = LoggerFactory.getLogger(PageFollower.class);

  private final PipelineConfig config;
  private final TopicNames names;
  private final LiveModel model;
  private final Clock clock;
  private final LogThrottle refusals = new LogThrottle();
  private @Nullable OffsetsProbe probe;
  private @Nullable TopicFollower follower;

  PageFollower(PipelineConfig config, LiveModel model, Clock clock) {
    this.config = config;
    this.names = new TopicNames(config.pipeline());
    this.model = model;
    this.clock = clock;
  }

  /** Starts to read. Call it once, from the thread that closes this. */
  void start() {
    probe = new OffsetsProbe(config, model::onReading);
    follower =
        TopicFollower.start(
            "millrace-page-follower",
            CommittedReader.open(config.kafka()),
            List.of(
                names.checkpoints(),
                names.promotions(),
                names.progress(),
                names.deadLetters(),
                names.evaluations(),
                names.scoreSums()),
            (partition, begin, end) -> Math.max(begin, end - readAgain(partition.topic())),
            TopicFollower.OnFailure.RETRY,
            this);
  }

  private long readAgain(String topic) {
    if (topic.equals(names.evaluations())) {
      return Bounds.EVALUATIONS_READ_AGAIN;
    }
    return topic.equals(names.scoreSums()) ? Bounds.SCORE_SUMS_READ_AGAIN : Long.MAX_VALUE;
  }

  @Override
  public void onCaughtUp() {
    model.onFilled();
  }

  @Override
  public void afterPoll(TopicFollower reader) {
    OffsetsProbe asked = probe;
    if (asked != null) {
      asked.tick(clock.epochMs());
    }
  }

  @Override
  public void onState(TopicFollower.State now, @Nullable Throwable why) {
    if (now == TopicFollower.State.FOLLOWING) {
      model.onTrouble("");
    } else if (why != null) {
      model.onTrouble("Kafka: " + why.getMessage());
    }
  }

  /** A record that cannot be read, or that the model rejects, is skipped. */
  @Override
  public boolean onRecord(ConsumerRecord<byte[], byte[]> record) {
    try {
      return take(record);
    } catch (RuntimeException e) {
      refusals
          .tryLog(clock.nanos())
          .ifPresent(
              unlogged ->
                  log.atWarn()
                      .setCause(e)
                      .addKeyValue("topic", record.topic())
                      .addKeyValue("offset", record.offset())
                      .addKeyValue("unlogged", unlogged)
                      .log("the live page skipped a record"));
      return false;
    }
  }

  private boolean take(ConsumerRecord<byte[], byte[]> record) {
    String topic = record.topic();
    String key = record.key() == null ? "" : new String(record.key(), UTF_8);
    long nowMs = clock.epochMs();
    if (topic.equals(names.checkpoints())) {
      return decode(
          record,
          Checkpoint.getDefaultInstance(),
          checkpoint -> model.onCheckpoint(CheckpointId.of(key), checkpoint, record.timestamp()),
          () -> model.onCheckpoint(CheckpointId.of(key), null, record.timestamp()));
    } else if (topic.equals(names.promotions())) {
      return decode(record, Promotion.getDefaultInstance(), model::onPromotion, () -> {});
    } else if (topic.equals(names.progress())) {
      return decode(record, TrainProgress.getDefaultInstance(), model::onProgress, () -> {});
    } else if (topic.equals(names.deadLetters())) {
      return decode(
          record,
          DeadLetter.getDefaultInstance(),
          letter -> model.onDeadLetter(key, letter),
          () -> model.onDeadLetter(key, null));
    } else if (topic.equals(names.evaluations())) {
      return decode(
          record,
          Evaluation.getDefaultInstance(),
          evaluation -> model.onEvaluation(evaluation, nowMs),
          () -> {});
    } else if (key.contains(REPORT)) {
      return decode(
          record, ScoreSums.getDefaultInstance(), sums -> takeReport(sums, nowMs), () -> {});
    }
    return true;
  }

  private void takeReport(ScoreSums sums, long nowMs) {
    if (sums.getKind() == ScoreKind.SCORE_KIND_UNSPECIFIED) {
      model.onReport(sums, nowMs);
    }
  }

  private static <T extends Message> boolean decode(
      ConsumerRecord<byte[], byte[]> record, T example, Consumer<T> each, Runnable tombstone) {
    if (record.value() == null) {
      tombstone.run();
      return true;
    }
    Optional<T> message =
        ProtoSerde.of(example).withMaxBytes(Integer.MAX_VALUE).decode(record.value()).tryValue();
    message.ifPresent(each);
    return message.isPresent();
  }

  /** Stops within seconds. Closing again does nothing. */
  @Override
  public void close() {
    if (follower != null) {
      follower.close();
    }
    if (probe != null) {
      probe.close();
    }
  }
}
