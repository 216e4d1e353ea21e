package io.millrace.schemas.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.proto.StoredFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCheckpointStoreTest extends CheckpointStoreContract {
  @TempDir Path root;

  @Override
  CheckpointStore open() {
    return new LocalCheckpointStore(root);
  }

  @Override
  void overwrite(String file, byte[] bytes) throws IOException {
    Files.write(root.resolve("checkpoints").resolve(file), bytes);
  }

  @Test
  void aCopyOfTheModelLiesBesideItsDescription() {
    // given
    StoredFile one = store().publish("1-1", Map.of("model.onnx", bytes("one"))).get(0);
    StoredFile two = store().publish("2-1", Map.of("model.onnx", bytes("two"))).get(0);
    StoredFile three = store().publish("3-1", Map.of("model.onnx", bytes("three"))).get(0);

    // when
    store().replaceIfNewer("champion", 1, one, bytes("{1}"));
    store().replaceIfNewer("champion", 2, two, bytes("{2}"));
    store().replaceIfNewer("champion", 3, three, bytes("{3}"));

    // then: the new one, and at most the previous one
    assertThat(root.resolve("champion/model.onnx")).hasContent("three");
    assertThat(root.resolve("champion/champion.json")).hasContent("{3}");
    assertThat(root.resolve("places").toFile().listFiles(File::isDirectory)).hasSize(2);
  }

  @Test
  void leftoversOfACrashAreNoCheckpointsAndAreDeletedWhenAskedFor() throws IOException {
    // given
    Path torn = root.resolve("writing/000000000040-1-8d1ee9b6-6f2c-4a4e-9a71-4f1f2d3c4b5a");
    Files.createDirectories(torn);

    // when
    List<String> directories = store().directories();
    store().deleteUnfinished("000000000040-1"::equals);

    // then
    assertThat(directories).isEmpty();
    assertThat(torn).doesNotExist();
  }
}
