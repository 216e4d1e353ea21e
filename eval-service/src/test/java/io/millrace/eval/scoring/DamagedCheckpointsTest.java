package io.millrace.eval.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.Unloadable;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An unusable checkpoint is reported and skipped, and does not affect the others. */
class DamagedCheckpointsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory;

  @Test
  void eachIsReportedWithItsReasonAndTheNextOneScores() throws Exception {
    try (EmbeddedBroker broker = World.startBroker();
        World world =
            new World(
                broker, directory, "damaged", 1, "evaluation: {per_device_eval_batch_size: 64}")) {
      // given: the whole one first, so that samples have whom to fall back on
      Lineage none = Lineage.EMPTY;
      world.announce(0, 0, none, Graphs.line(0, 1));
      Map<String, String> expected = new TreeMap<>();
      Checkpoint torn = world.announce(1, 0, none, Graphs.line(0, 2));
      tear(torn.getId());
      expected.put(torn.getId(), "bytes, but");
      Checkpoint other = world.announce(2, 0, none, Graphs.line(0, 3));
      world.announce(
          other.toBuilder()
              .setModel(other.getModel().toBuilder().setSha256(ByteString.copyFrom(new byte[32])))
              .build());
      expected.put(other.getId(), "SHA-256");
      expected.put(world.announce(3, 0, none, Graphs.unsupported()).getId(), "Millrace");
      expected.put(world.announce(4, 0, none, Graphs.tooWide()).getId(), "input 'features' is");
      expected.put(world.announce(5, 0, none, Graphs.otherInput()).getId(), "[pixels]");
      expected.put(world.announce(6, 0, none, new byte[] {1, 2, 3}).getId(), "ONNX Runtime");
      Checkpoint gone = world.announce(7, 0, none, Graphs.line(0, 4));
      world.store.delete(gone.getId());
      expected.put(gone.getId(), "is not in");

      // when
      try (Scoring scoring = world.start()) {
        send(world, 100);
        await().atMost(PATIENCE).until(() -> world.book().consumedInAll() == 100);
        assertThat(scoring.end()).isNotDone();
        world.announce(8, 0, none, Graphs.line(0, 5));
        await().atMost(PATIENCE).until(() -> world.meter("millrace.scoring.sessions") == 2);
        send(world, 100);
        await().atMost(PATIENCE).until(() -> world.book().consumedInAll() == 200);
      }

      // then: losses of the whole ones only, log(1 + e^1) and log(1 + e^5)
      Book book = world.book();
      double loss =
          book.total(Book.ONLINE, ScoreKind.PREQUENTIAL).getLoss()
              + book.total(Book.ONLINE, ScoreKind.HOLDOUT).getLoss();
      assertThat(loss)
          .isCloseTo(
              100 * Math.log1p(Math.exp(1)) + 100 * Math.log1p(Math.exp(5)),
              org.assertj.core.data.Offset.offset(0.01));
      assertThat(book.balances()).isTrue();
      Map<String, String> told = new TreeMap<>();
      for (ScoreSums report : book.all()) {
        for (Unloadable each : report.getUnloadableList()) {
          told.put(each.getCheckpointId(), each.getReason());
        }
      }
      assertThat(told.keySet()).isEqualTo(expected.keySet());
      expected.forEach((id, reason) -> assertThat(told.get(id)).contains(reason));
      assertThat(world.meter("millrace.scoring.checkpoints.unloadable")).isEqualTo(7);
    }
  }

  private static void send(World world, int count) {
    for (int i = 0; i < count; i++) {
      world.send(0, 0, 0);
    }
    world.flush();
  }

  private void tear(String id) throws Exception {
    try (Stream<Path> files = Files.walk(directory)) {
      Path model =
          files.filter(path -> path.toString().contains(id + "/model")).findAny().orElseThrow();
      try (FileChannel channel = FileChannel.open(model, StandardOpenOption.WRITE)) {
        channel.truncate(channel.size() / 2);
      }
    }
  }
}
