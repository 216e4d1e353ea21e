package io.millrace.eval.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.TrainProgress;
import io.millrace.schemas.serdes.ProtoSerde;
import io.millrace.schemas.topics.TopicNames;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the pipeline's topics into the model, from their beginnings as far as the bounds allow, and
 * then as they grow. A thread of its own, whose consumer has no group. What Kafka refuses is told
 * on the page and tried again; the service it runs in goes on.
 */
final class Follower implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Follower.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long RETRY_MS = 2_000;
  private static final long COMPLAIN_EVERY_MS = 10_000;

  /** In the keys of partitions' reports, which alone are read of the score sums. */
  private static final String REPORT = "/" + ScoreKind.SCORE_KIND_UNSPECIFIED + "/";

  private final PipelineConfig config;
  private final TopicNames names;
  private final LiveModel model;
  private final Thread thread = new Thread(this::run, "millrace-page-follower");
  private final Map<TopicPartition, Long> fillUntil = new HashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
  private boolean filled;
  private long ignored;
  private long complainedMs;
  private volatile boolean closing;

  Follower(PipelineConfig config, LiveModel model) {
    this.config = config;
    this.names = new TopicNames(config.pipeline());
    this.model = model;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try (OffsetsProbe probe = new OffsetsProbe(config, model::onReading);
        KafkaConsumer<byte[], byte[]> reader =
            CommittedReader.open(
                config.kafka(), Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"))) {
      consumer = reader;
      boolean assigned = false;
      while (!closing) {
        try {
          if (!assigned) {
            assign(reader);
            assigned = true;
          }
          probe.tick(System.currentTimeMillis());
          reader.poll(POLL).forEach(this::tryTake);
          noteFilled(reader);
          model.onTrouble("");
        } catch (WakeupException e) {
          return;
        } catch (KafkaException e) {
          log.atWarn().setCause(e).log("the live page cannot follow its topics, will retry");
          model.onTrouble("Kafka: " + e.getMessage());
          pause();
        }
      }
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("the live page follows its topics no more");
      model.onTrouble("the page follows its topics no more: " + e.getMessage());
    }
  }

  private void assign(KafkaConsumer<byte[], byte[]> reader) {
    List<TopicPartition> all =
        List.of(
                names.checkpoints(),
                names.promotions(),
                names.progress(),
                names.deadLetters(),
                names.evaluations(),
                names.scoreSums())
            .stream()
            .map(topic -> new TopicPartition(topic, 0))
            .toList();
    reader.assign(all);
    Map<TopicPartition, Long> begins = reader.beginningOffsets(all);
    Map<TopicPartition, Long> ends = reader.endOffsets(all);
    for (TopicPartition partition : all) {
      long end = ends.getOrDefault(partition, 0L);
      long back = Math.max(0, end - readAgain(partition.topic()));
      reader.seek(partition, Math.max(begins.getOrDefault(partition, 0L), back));
      fillUntil.put(partition, end);
    }
  }

  private long readAgain(String topic) {
    if (topic.equals(names.evaluations())) {
      return Bounds.EVALUATIONS_READ_AGAIN;
    }
    return topic.equals(names.scoreSums()) ? Bounds.SCORE_SUMS_READ_AGAIN : Long.MAX_VALUE;
  }

  private void noteFilled(KafkaConsumer<byte[], byte[]> reader) {
    if (filled) {
      return;
    }
    fillUntil.entrySet().removeIf(entry -> reader.position(entry.getKey()) >= entry.getValue());
    if (fillUntil.isEmpty()) {
      filled = true;
      model.onFilled();
    }
  }

  /** One record that cannot be made sense of stops nothing. */
  private void tryTake(ConsumerRecord<byte[], byte[]> record) {
    try {
      take(record);
    } catch (RuntimeException e) {
      long nowMs = System.currentTimeMillis();
      ignored++;
      if (nowMs - complainedMs > COMPLAIN_EVERY_MS) {
        complainedMs = nowMs;
        log.atWarn()
            .setCause(e)
            .addKeyValue("topic", record.topic())
            .addKeyValue("offset", record.offset())
            .addKeyValue("ignored", ignored)
            .log("a record makes no sense to the live page, ignored");
      }
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    String topic = record.topic();
    String key = record.key() == null ? "" : new String(record.key(), UTF_8);
    long nowMs = System.currentTimeMillis();
    if (topic.equals(names.checkpoints())) {
      decode(
          record,
          Checkpoint.getDefaultInstance(),
          checkpoint -> model.onCheckpoint(key, checkpoint, record.timestamp()),
          () -> model.onCheckpoint(key, null, record.timestamp()));
    } else if (topic.equals(names.promotions())) {
      decode(record, Promotion.getDefaultInstance(), model::onPromotion, () -> {});
    } else if (topic.equals(names.progress())) {
      decode(record, TrainProgress.getDefaultInstance(), model::onProgress, () -> {});
    } else if (topic.equals(names.deadLetters())) {
      decode(
          record,
          DeadLetter.getDefaultInstance(),
          letter -> model.onDeadLetter(key, letter),
          () -> model.onDeadLetter(key, null));
    } else if (topic.equals(names.evaluations())) {
      decode(
          record,
          Evaluation.getDefaultInstance(),
          evaluation -> model.onEvaluation(evaluation, nowMs),
          () -> {});
    } else if (key.contains(REPORT)) {
      decode(record, ScoreSums.getDefaultInstance(), sums -> takeReport(sums, nowMs), () -> {});
    }
  }

  private void takeReport(ScoreSums sums, long nowMs) {
    if (sums.getKind() == ScoreKind.SCORE_KIND_UNSPECIFIED) {
      model.onReport(sums, nowMs);
    }
  }

  private static <T extends Message> void decode(
      ConsumerRecord<byte[], byte[]> record, T example, Consumer<T> each, Runnable tombstone) {
    if (record.value() == null) {
      tombstone.run();
      return;
    }
    ProtoSerde.of(example)
        .withMaxBytes(Integer.MAX_VALUE)
        .decode(record.value())
        .tryValue()
        .ifPresentOrElse(
            each,
            () ->
                log.atWarn()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("offset", record.offset())
                    .log("not a message of this topic, ignored"));
  }

  private void pause() {
    try {
      closing |= closed.await(RETRY_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closing = true;
    }
  }

  /** Ends within seconds. Closing again does nothing. */
  @Override
  public void close() {
    closing = true;
    closed.countDown();
    KafkaConsumer<byte[], byte[]> reader = consumer;
    if (reader != null) {
      reader.wakeup();
    }
    try {
      thread.join(3_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
