package io.millrace.eval.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Promotion.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of checkpoints are announced and withdrawn. */
class SwapsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SWAPS = 2_000;
  private static final int POINTS = 10;
  private static final int TABLE = 500_000;

  @TempDir private Path directory;

  @Test
  @Tag("long")
  void twoThousandSwapsLeaveResidentMemoryFlat() throws Exception {
    try (EmbeddedBroker broker = World.startBroker();
        World world =
            new World(
                broker,
                directory,
                "swaps",
                1,
                "holdout: {share: 0.5, by: offset}\nevaluation: {per_device_eval_batch_size: 512, ring: 200}")) {
      // given: models of 2 MB, each the champion for a while
      byte[] onnx = Graphs.table(new float[TABLE]);
      world.announce(0, 0, world.lineage(0), onnx);
      List<Long> residentMb = new ArrayList<>();
      String champion = "";
      try (Scoring scoring = world.start()) {
        // when
        for (int swap = 1; swap <= SWAPS; swap++) {
          for (int i = 0; i < 20; i++) {
            world.send(0, i, i % 2);
          }
          world.flush();
          Checkpoint next = world.announce(swap, 0, world.lineage(20L * swap), onnx);
          if (swap % 10 == 0) {
            world.decide(Decision.PROMOTED, next.getId(), champion);
            champion = next.getId();
          }
          if (swap > 30) {
            world.withdraw("%012d-1.0".formatted(swap - 30));
          }
          int verdicts = swap;
          await()
              .atMost(PATIENCE)
              .pollInterval(Duration.ofMillis(2))
              .failFast(() -> scoring.end().isDone())
              .until(() -> world.verdicts() >= verdicts);
          if (swap % (SWAPS / POINTS) == 0) {
            residentMb.add(residentMb());
            System.out.printf(
                "%d swaps: %d MB resident%n", swap, residentMb.get(residentMb.size() - 1));
          }
        }
      }

      // then
      assertThat(residentMb.get(POINTS - 1)).isLessThan(residentMb.get(2) * 11 / 10 + 20);
    }
  }

  private static long residentMb() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }
}
