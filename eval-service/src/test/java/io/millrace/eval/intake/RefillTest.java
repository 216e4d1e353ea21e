package io.millrace.eval.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.eval.metrics.Baselines;
import io.millrace.eval.scoring.World;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefillTest {
  private static final int RING = 50;
  private static final String SETTINGS =
      "holdout: {share: 0.5, by: offset}\nevaluation: {ring: " + RING + "}";

  /** What is read first: the ring over the holdout's share, a fifth more, and 100. */
  private static final int STRETCH = (int) (RING * 1.2 / 0.5) + 100;

  @TempDir private static Path directory;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = World.startBroker();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void samplesWithinEightStretchesFillTheRing() throws Exception {
    // when: the samples lie beyond four stretches, and within eight
    int size = ringAfter("near", 5 * STRETCH);

    // then
    assertThat(size).isEqualTo(RING);
  }

  @Test
  void beyondEightStretchesNothingIsRead() throws Exception {
    // when
    int size = ringAfter("far", 9 * STRETCH);

    // then
    assertThat(size).isZero();
  }

  /** The ring's size after reading back over this many records that are no samples. */
  private static int ringAfter(String name, int broken) throws Exception {
    try (World world = new World(broker, directory, name, 1, SETTINGS)) {
      int samples = 4 * RING;
      for (int i = 0; i < samples + broken; i++) {
        world.send(0, i < samples ? "{\"x\": 1, \"y\": 1}" : "{");
      }
      world.flush();
      RecordDecoder decoder = new RecordDecoder(world.config);
      Baselines baselines = Baselines.of(world.config.model(), world.config.label(), RING);
      Ring ring = new Ring(decoder.rows(1).inputs(), RING, baselines);
      PartitionState state =
          new PartitionState(world.partition(0), 0, "", world.config.label(), ring, null);

      new Refill(world.config, decoder).fill(state, samples + broken);
      return ring.size();
    }
  }
}
