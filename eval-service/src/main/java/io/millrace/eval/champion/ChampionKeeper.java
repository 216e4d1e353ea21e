package io.millrace.eval.champion;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.kafka.TopicFollower;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.serdes.ProtoSerde;
import io.millrace.schemas.time.Clock;
import io.millrace.schemas.topics.Announcements;
import io.millrace.schemas.topics.TopicNames;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the champion's place up to date with the promotions topic, and catches up after a crash or
 * while the store was unreachable. Every instance runs one; the place never goes back. Has a thread
 * of its own; thread-safe.
 */
public final class ChampionKeeper implements AutoCloseable, TopicFollower.Listener {
  private static final Logger log = LoggerFactory.getLogger(ChampionKeeper.class);

  private final ProtoSerde<Promotion> serde = ProtoSerde.of(Promotion.getDefaultInstance());
  private final PipelineConfig config;
  private final TopicNames topics;
  private final ChampionPlace place;
  private final Readiness.Condition readiness;
  private final Clock clock;
  private volatile DecisionHistory history = DecisionHistory.NONE;
  private volatile long step = -1;
  private volatile long placed = -1;
  private @Nullable TopicFollower follower;

  public ChampionKeeper(
      PipelineConfig config,
      ChampionPlace place,
      MeterRegistry meters,
      Readiness readiness,
      Clock clock) {
    this.config = config;
    this.topics = new TopicNames(config.pipeline());
    this.place = place;
    this.readiness = readiness.require("champion", "reading the promotions");
    this.clock = clock;
    Gauge.builder("millrace.champion.step", this, keeper -> keeper.step)
        .description("Step of the checkpoint at the champion's place; -1 if there is none")
        .register(meters);
    Gauge.builder("millrace.champion.age", this, ChampionKeeper::ageSeconds)
        .baseUnit("seconds")
        .description("Time since the decision that put the champion in force")
        .register(meters);
    Gauge.builder("millrace.champion.behind", this, keeper -> keeper.isBehind() ? 1 : 0)
        .description("1 while the champion's place is behind the promotions")
        .register(meters);
  }

  /** Starts to read. Call it once, from the thread that closes this. */
  public void start() {
    follower =
        TopicFollower.start(
            "millrace-champion",
            CommittedReader.open(config.kafka()),
            List.of(topics.promotions()),
            TopicFollower.Start.BEGINNING,
            TopicFollower.OnFailure.RETRY,
            this);
  }

  private double ageSeconds() {
    return history
        .decision()
        .map(decision -> (clock.epochMs() - decision.getAtMs()) / 1000.0)
        .orElse(0.0);
  }

  private boolean isBehind() {
    return placed < history.offset();
  }

  @Override
  public boolean onRecord(ConsumerRecord<byte[], byte[]> record) {
    Optional<Promotion> decision = serde.decode(record.value()).tryValue();
    decision.ifPresent(promotion -> history = history.after(promotion, record.offset()));
    return decision.isPresent();
  }

  @Override
  public void afterPoll(TopicFollower promotions) {
    if (isBehind() && promotions.isAtEnd()) {
      catchUp(history);
    } else if (history.offset() < 0 && promotions.isAtEnd()) {
      readiness.met("no champion yet: no checkpoint has beaten the prior baseline");
    }
  }

  @Override
  public void onState(TopicFollower.State now, @Nullable Throwable why) {
    if (why != null) {
      readiness.met("the champion's place is behind: " + why.getMessage());
    }
  }

  private void catchUp(DecisionHistory at) {
    String id = at.inUse().champion();
    Checkpoint champion;
    try (Consumer<byte[], byte[]> reader = CommittedReader.open(config.kafka())) {
      champion =
          Announcements.read(reader, topics.checkpoints())
              .find(CheckpointId.of(id))
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

  @Override
  public void close() {
    if (follower != null) {
      follower.close();
    }
  }
}
