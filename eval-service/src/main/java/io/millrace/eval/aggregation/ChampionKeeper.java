package io.millrace.eval.aggregation;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.serdes.ProtoSerde;
import io.millrace.schemas.topics.Announcements;
import io.millrace.schemas.topics.TopicNames;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the champion's place at what the promotions say, from their beginning on: behind after a
 * crash or with a store that was down, it catches up. Every instance runs one; the place takes the
 * newest. Has a thread of its own; thread-safe.
 */
final class ChampionKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ChampionKeeper.class);
  private static final Duration POLL = Duration.ofMillis(500);

  private final ProtoSerde<Promotion> serde = ProtoSerde.of(Promotion.getDefaultInstance());
  private final PipelineConfig config;
  private final TopicNames topics;
  private final TopicPartition promotions;
  private final ChampionPlace place;
  private final Readiness.Condition readiness;
  private final Consumer<byte[], byte[]> consumer;
  private final Clock clock;
  private final Thread thread = new Thread(this::run, "millrace-champion");
  private volatile History history = History.NONE;
  private volatile long step = -1;
  private volatile long placed = -1;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean closed;

  ChampionKeeper(
      PipelineConfig config,
      ChampionPlace place,
      MeterRegistry meters,
      Readiness readiness,
      Clock clock) {
    this.config = config;
    this.topics = new TopicNames(config.pipeline());
    this.promotions = new TopicPartition(topics.promotions(), 0);
    this.place = place;
    this.readiness = readiness.require("champion", "reading the promotions");
    this.clock = clock;
    this.consumer = CommittedReader.open(config.kafka());
    Gauge.builder("millrace.champion.step", this, keeper -> keeper.step)
        .description("Step of the checkpoint at the champion's place; -1: none")
        .register(meters);
    Gauge.builder("millrace.champion.age", this, ChampionKeeper::ageSeconds)
        .baseUnit("seconds")
        .description("Since the decision that put the champion in force")
        .register(meters);
    Gauge.builder("millrace.champion.behind", this, keeper -> keeper.isBehind() ? 1 : 0)
        .description("1 while the champion's place is behind the promotions")
        .register(meters);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private double ageSeconds() {
    return history
        .decision()
        .map(decision -> (clock.millis() - decision.getAtMs()) / 1000.0)
        .orElse(0.0);
  }

  private boolean isBehind() {
    return placed < history.offset();
  }

  private void run() {
    consumer.assign(List.of(promotions));
    consumer.seekToBeginning(List.of(promotions));
    while (!closed) {
      try {
        consumer.poll(POLL).forEach(this::onRecord);
        if (isBehind() && isAtTheEnd()) {
          catchUp(history);
        } else if (history.offset() < 0 && isAtTheEnd()) {
          readiness.met("no champion yet: none has beaten the prior baseline");
        }
      } catch (WakeupException e) {
        log.atDebug().log("asked to end");
      } catch (RuntimeException e) {
        readiness.met("the champion's place is behind: " + e.getMessage());
        log.atWarn()
            .setCause(e)
            .log("the champion's place could not be brought up to date, will retry");
        pause();
      }
    }
    consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
  }

  private boolean isAtTheEnd() {
    long end = consumer.endOffsets(List.of(promotions)).getOrDefault(promotions, 0L);
    return consumer.position(promotions) >= end;
  }

  private void onRecord(ConsumerRecord<byte[], byte[]> record) {
    serde
        .decode(record.value())
        .tryValue()
        .ifPresent(promotion -> history = history.after(promotion, record.offset()));
  }

  private void catchUp(History at) {
    String id = at.inUse().champion();
    Checkpoint champion;
    try (Consumer<byte[], byte[]> reader = CommittedReader.open(config.kafka())) {
      champion =
          Announcements.read(reader, topics.checkpoints())
              .find(id)
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "checkpoint '%s' is in force but not announced; was it deleted? Put another in force: millrace promote FILE ID"
                              .formatted(id)));
    }
    boolean switched = place.put(champion, at.decision().orElseThrow(), at.offset());
    placed = at.offset();
    step = champion.getStep();
    readiness.met("champion " + id);
    log.atInfo()
        .addKeyValue("checkpoint", id)
        .addKeyValue("switched", switched)
        .log("the champion's place is up to date");
  }

  private void pause() {
    try {
      if (ended.await(1, TimeUnit.SECONDS)) {
        log.atDebug().log("ended");
      }
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  @Override
  public void close() {
    closed = true;
    ended.countDown();
    consumer.wakeup();
    try {
      thread.join(2000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
