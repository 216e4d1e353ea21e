package io.millrace.eval.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.eval.intake.PartitionState;
import io.millrace.eval.intake.RecordDecoder;
import io.millrace.eval.intake.Ring;
import io.millrace.eval.lineup.AnnouncedCheckpoint;
import io.millrace.eval.metrics.Baselines;
import io.millrace.eval.scoring.World;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.time.ManualClock;
import io.millrace.schemas.topics.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private static Path directory;
  private static EmbeddedBroker broker;

  private final ManualClock clock = new ManualClock();

  @BeforeAll
  static void startBroker() {
    broker = World.startBroker();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void afterAFailureOfAnyKindItIsNotReadyAndGoesOnOnceItCan() throws Exception {
    try (World world = new World(broker, directory, "failing", 1, "")) {
      // given: an audit that fails as no exception of Kafka's does
      world.trained(0, 0, 1, 2);
      AtomicBoolean fails = new AtomicBoolean(true);
      try (Audit audit = audit(world, fails)) {
        audit.start();
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(state(world).detail())
                        .contains("the audit of scores failed", "NoClassDefFoundError: Broken"));
        boolean wasReady = world.readiness.isReady();
        audit.add(List.of(counted(world, 1, 1)));

        // when
        fails.set(false);

        // then
        await().atMost(PATIENCE).until(() -> world.meter("millrace.scores.leaked") == 1);
        await().atMost(PATIENCE).until(world.readiness::isReady);
        assertThat(wasReady).isFalse();
        assertThat(world.meter("millrace.scoring.audit.failures")).isPositive();
        assertThat(audit.waiting()).isZero();
      }
    }
  }

  @Test
  void aRecordWithoutAValueIsPassedOver() throws Exception {
    try (World world = new World(broker, directory, "empty", 1, "")) {
      // given
      world.trainedNothing();
      world.trained(0, 0, 1, 2);
      try (Audit audit = audit(world, new AtomicBoolean())) {
        audit.add(List.of(counted(world, 2, 2)));

        // when
        audit.start();

        // then
        await().atMost(PATIENCE).until(() -> world.meter("millrace.scores.leaked") == 1);
        assertThat(world.meter("millrace.scoring.audit.failures")).isZero();
      }
    }
  }

  @Test
  void whatComesWhileTooMuchIsWaitingIsDroppedAndCounted() throws Exception {
    try (World world = new World(broker, directory, "full", 1, "")) {
      // given: an audit that was not started
      CountedSamples.CountedRange counted = counted(world, 0, 1);
      Audit audit = audit(world, new AtomicBoolean());
      audit.add(Collections.nCopies(Audit.MAX_WAITING, counted));

      // when
      audit.add(List.of(counted, counted));

      // then
      assertThat(audit.waiting()).isEqualTo(Audit.MAX_WAITING);
      assertThat(world.meter("millrace.scoring.audit.unaudited")).isEqualTo(2);
    }
  }

  @Test
  void itsAgeGrowsWhileItCannotCheck() throws Exception {
    try (World world = new World(broker, directory, "aging", 1, "")) {
      // given
      AtomicBoolean fails = new AtomicBoolean(true);
      try (Audit audit = audit(world, fails)) {
        audit.start();

        // when
        clock.advance(Duration.ofSeconds(90));
        long failing = audit.ageSeconds();
        fails.set(false);

        // then
        assertThat(failing).isEqualTo(90);
        await().atMost(PATIENCE).until(() -> audit.ageSeconds() == 0);
      }
    }
  }

  @Test
  void pausesGrowUpToHalfAMinute() {
    // when / then
    assertThat(Audit.pause(1)).isEqualTo(Duration.ofMillis(250));
    assertThat(Audit.pause(2)).isEqualTo(Duration.ofMillis(500));
    assertThat(Audit.pause(7)).isEqualTo(Duration.ofSeconds(16));
    assertThat(Audit.pause(8)).isEqualTo(Duration.ofSeconds(30));
    assertThat(Audit.pause(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(30));
  }

  /** Cannot open a consumer while {@code fails}. */
  private Audit audit(World world, AtomicBoolean fails) {
    return new Audit(
        () -> open(world, fails),
        new TopicPartition(new TopicNames(world.config.pipeline()).trainLog(), 0),
        new AuditMeters(world.meters.registry()),
        world.readiness.require("audit", "starting"),
        clock);
  }

  private static Consumer<byte[], byte[]> open(World world, AtomicBoolean fails) {
    if (fails.get()) {
      throw new NoClassDefFoundError("Broken");
    }
    return CommittedReader.open(world.config.kafka());
  }

  private static Readiness.ReadinessState state(World world) {
    return world.readiness.states().get(0);
  }

  /** One sample, scored by a checkpoint at a place of the train log. */
  private static CountedSamples.CountedRange counted(
      World world, long offset, long trainLogOffset) {
    Checkpoint checkpoint =
        Checkpoint.newBuilder().setId("c").setTrainLogOffset(trainLogOffset).build();
    RecordDecoder decoder = new RecordDecoder(world.config);
    Ring ring = new Ring(decoder.rows(1).inputs(), 1, baselines(world));
    CountedSamples.CountedRange counted =
        new CountedSamples.CountedRange(
            AnnouncedCheckpoint.of(checkpoint, 0),
            new PartitionState(world.partition(0), 0, "", world.config.label(), ring, null));
    counted.add(offset);
    return counted;
  }

  private static Baselines baselines(World world) {
    return Baselines.of(world.config.model(), world.config.label(), 1);
  }
}
