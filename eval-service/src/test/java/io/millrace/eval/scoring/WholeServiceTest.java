package io.millrace.eval.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.eval.EvalService;
import io.millrace.schemas.lineage.Lineage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service: from samples and announcements to evaluations and the champion's file. */
class WholeServiceTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PARTITIONS = 2;
  private static final String SETTINGS =
      """
      samples: {topic: '%s'}
      holdout: {share: 0.5, by: offset}
      evaluation: {commit_interval: 20ms, batch_max_wait: 20ms, ring: 2000, window: 1h}
      promotion: {min_samples: 500, min_windows: 1}
      ops: {eval_port: 0}
      """;

  @TempDir private Path directory;
  private final Random random = new Random(3);
  private EmbeddedBroker broker;

  @BeforeEach
  void start() {
    broker = World.startBroker();
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void everySampleIsInTheOnlineEvaluationsAndTheBetterModelIsWhereItIsServedFrom()
      throws Exception {
    try (World world = new World(broker, directory, "whole", PARTITIONS, SETTINGS);
        EvalService service = EvalService.start(world.pipeline);
        EvaluationsReader evaluations = new EvaluationsReader(world)) {
      // given
      byte[] model = Graphs.line(6, 0);
      world.announce(0, 0, Lineage.EMPTY, model);

      // when
      int samples = 4000;
      for (int i = 0; i < samples; i++) {
        send(world, i);
      }
      world.flush();

      // then
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(evaluations.online()).isEqualTo(samples));
      int[] more = {samples};
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                // a trial counts the samples after its start
                for (int i = 0; i < 100; i++) {
                  send(world, more[0]++);
                }
                world.flush();
                assertThat(Path.of(world.pipeline.checkpointStore(), "champion", "model.onnx"))
                    .hasBinaryContent(model);
              });
      assertThat(service.end()).isNotDone();
    }
  }

  @Test
  @Tag("long")
  void timeFromAnnouncementToFirstVerdictIsPrinted() throws Exception {
    int checkpoints = 100;
    long[] nanos = new long[checkpoints];
    try (World world = new World(broker, directory, "verdict", PARTITIONS, SETTINGS);
        EvalService service = EvalService.start(world.pipeline);
        EvaluationsReader evaluations = new EvaluationsReader(world)) {
      // given: a ring of samples
      world.announce(0, 0, Lineage.EMPTY, Graphs.line(1, 0));
      int sent = 0;
      for (; sent < 8000; sent++) {
        send(world, sent);
      }
      world.flush();
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(evaluations.online()).isEqualTo(8000));

      // when: samples go on while checkpoints are announced
      for (int i = 1; i <= checkpoints; i++) {
        for (int more = 0; more < 200; more++, sent++) {
          send(world, sent);
        }
        world.flush();
        long trained = sent / PARTITIONS;
        String id =
            world
                .announce(
                    20L * i, i, world.lineage(trained, trained), Graphs.line(1 + i * 0.01f, 0))
                .getId();
        long announced = System.nanoTime();
        evaluations.await(id + "/RING/0");
        nanos[i - 1] = System.nanoTime() - announced;
      }
      assertThat(service.end()).isNotDone();
    }

    // then
    Arrays.sort(nanos);
    System.out.printf(
        "announcement to visible evaluation over %d checkpoints: p50 %.0f ms, p99 %.0f ms, maximum"
            + " %.0f ms%n",
        checkpoints,
        nanos[checkpoints / 2] / 1e6,
        nanos[checkpoints * 99 / 100 - 1] / 1e6,
        nanos[checkpoints - 1] / 1e6);
    assertThat(nanos[0]).isPositive();
  }

  private void send(World world, int i) {
    double x = random.nextDouble() * 2 - 1;
    world.send(i % PARTITIONS, x, x + 0.2 * random.nextGaussian() > 0 ? 1 : 0);
  }
}
