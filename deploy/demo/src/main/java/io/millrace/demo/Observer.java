package io.millrace.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.kafka.TopicFollower;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.TrainProgress;
import io.millrace.schemas.topics.TopicNames;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pipeline's topics as any client could: {@code read_committed}, without a group, from
 * their beginning. Thread-safe.
 */
public final class Observer implements AutoCloseable, TopicFollower.Listener {
  private static final Map<String, Object> READING =
      Map.of("max.poll.records", 2_000, "fetch.max.wait.ms", 100);

  private final TopicNames topics;
  private final Clock clock;
  private final ObservedTopics observed = new ObservedTopics();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final Map<TopicPartition, Long> before = new ConcurrentHashMap<>();
  private final TopicFollower follower;

  private Observer(Map<String, String> kafka, TopicNames topics, Clock clock) {
    this.topics = topics;
    this.clock = clock;
    this.follower =
        TopicFollower.start(
            "millrace-observer",
            CommittedReader.open(kafka, READING),
            List.of(
                topics.checkpoints(),
                topics.progress(),
                topics.promotions(),
                topics.evaluations(),
                topics.scoreSums()),
            (partition, begin, end) -> {
              before.put(partition, end);
              return begin;
            },
            TopicFollower.OnFailure.FAIL,
            this);
  }

  /** Starts to observe. Records that exist by now count as history. */
  public static Observer start(Map<String, String> kafka, TopicNames topics, Clock clock) {
    return new Observer(kafka, topics, clock);
  }

  /** The observed contents. They grow until this observer is closed. */
  public ObservedTopics observed() {
    return observed;
  }

  /** Completes when closed; completes exceptionally if it stopped for another reason. */
  CompletableFuture<Void> end() {
    return end;
  }

  @Override
  public boolean onRecord(ConsumerRecord<byte[], byte[]> record) {
    try {
      take(record);
      return true;
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(
          "offset %d of %s: %s".formatted(record.offset(), record.topic(), e.getMessage()), e);
    }
  }

  @Override
  public void onState(TopicFollower.State now, @Nullable Throwable why) {
    if (now == TopicFollower.State.CLOSED) {
      end.complete(null);
    } else if (why != null) {
      end.completeExceptionally(why);
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) throws InvalidProtocolBufferException {
    byte[] value = record.value();
    if (value == null) {
      return; // deleted since then, but it was announced all the same
    }
    boolean live =
        record.offset()
            >= before.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L);
    if (record.topic().equals(topics.checkpoints())) {
      observed.onCheckpoint(Checkpoint.parseFrom(value), record.timestamp(), live);
    } else if (record.topic().equals(topics.progress())) {
      observed.onProgress(TrainProgress.parseFrom(value));
    } else if (record.topic().equals(topics.promotions())) {
      observed.onPromotion(Promotion.parseFrom(value));
    } else if (record.topic().equals(topics.evaluations())) {
      String key = new String(record.key(), UTF_8);
      observed.onEvaluation(key, Evaluation.parseFrom(value), clock.millis(), live);
    } else if (mayBeReport(value)) {
      ScoreSums sums = ScoreSums.parseFrom(value);
      if (sums.getKind() == ScoreKind.SCORE_KIND_UNSPECIFIED) {
        observed.onReport(sums);
      }
    }
  }

  /**
   * Avoids parsing most of the topic: a report has no checkpoint and no kind, and its first field
   * is the topic.
   */
  private static boolean mayBeReport(byte[] value) {
    return value.length > 0 && value[0] >>> 3 == ScoreSums.TOPIC_FIELD_NUMBER;
  }

  @Override
  public void close() {
    follower.close();
  }
}
