package io.millrace.eval.scoring;

import io.millrace.eval.scoring.News.CheckpointAnnounced;
import io.millrace.eval.scoring.News.CheckpointWithdrawn;
import io.millrace.eval.scoring.News.PromotionDecided;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.serdes.ProtoSerde;
import io.millrace.schemas.topics.TopicNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows checkpoints and decisions from the first to the newest, on a thread of its own. Each
 * instance reads them all, so all know the same.
 */
final class Following implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Following.class);
  private static final Duration POLL = Duration.ofMillis(500);

  private final String checkpoints;
  private final ProtoSerde<Checkpoint> checkpointSerde =
      ProtoSerde.of(Checkpoint.getDefaultInstance());
  private final ProtoSerde<Promotion> promotionSerde =
      ProtoSerde.of(Promotion.getDefaultInstance());
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final Consumer<News> listener;
  private final Consumer<Throwable> onFailure;
  private final CountDownLatch atEnd = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "millrace-scoring-news");
  private volatile boolean closing;

  private Following(PipelineConfig config, Consumer<News> listener, Consumer<Throwable> onFailure) {
    TopicNames topics = new TopicNames(config.pipeline());
    this.checkpoints = topics.checkpoints();
    this.partitions =
        List.of(
            new TopicPartition(topics.checkpoints(), 0),
            new TopicPartition(topics.promotions(), 0));
    this.consumer = CommittedReader.open(config.kafka(), Map.of("auto.offset.reset", "earliest"));
    this.listener = listener;
    this.onFailure = onFailure;
  }

  /**
   * @param listener is told on this object's thread
   */
  static Following start(
      PipelineConfig config, Consumer<News> listener, Consumer<Throwable> onFailure) {
    Following following = new Following(config, listener, onFailure);
    following.thread.start();
    return following;
  }

  /** Returns when everything that had been said at the start was passed on; false if closed. */
  boolean awaitEnd() throws InterruptedException {
    atEnd.await();
    return !closing;
  }

  private void run() {
    try (consumer) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (!closing) {
        boolean behind =
            ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
        if (!behind) {
          atEnd.countDown();
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          read(record).ifPresent(listener);
        }
      }
    } catch (WakeupException e) {
      log.atDebug().log("following ended");
    } catch (RuntimeException e) {
      onFailure.accept(e);
    } finally {
      atEnd.countDown();
    }
  }

  private Optional<News> read(ConsumerRecord<byte[], byte[]> record) {
    if (!record.topic().equals(checkpoints)) {
      return promotionSerde.decode(record.value()).tryValue().map(PromotionDecided::new);
    }
    if (record.key() == null) {
      return Optional.empty();
    }
    if (record.value() == null) {
      return Optional.of(new CheckpointWithdrawn(new String(record.key(), StandardCharsets.UTF_8)));
    }
    return checkpointSerde
        .decode(record.value())
        .tryValue()
        .map(checkpoint -> new CheckpointAnnounced(Announced.of(checkpoint, record.timestamp())));
  }

  @Override
  public void close() {
    closing = true;
    consumer.wakeup();
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
