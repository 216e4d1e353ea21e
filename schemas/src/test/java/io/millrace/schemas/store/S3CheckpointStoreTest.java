package io.millrace.schemas.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.objects.EmbeddedObjects;
import io.millrace.schemas.config.S3Config;
import io.millrace.schemas.proto.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3CheckpointStoreTest extends CheckpointStoreContract {
  private static final String BUCKET = "checkpoints-of-a-test";
  private static final AtomicInteger PREFIXES = new AtomicInteger();
  @TempDir static Path directory;
  private static EmbeddedObjects objects;
  private String prefix = "";

  @BeforeAll
  static void startServer() {
    objects = EmbeddedObjects.start(directory);
    objects.makeBucket(BUCKET);
    System.setProperty("aws.accessKeyId", EmbeddedObjects.ACCESS_KEY);
    System.setProperty("aws.secretAccessKey", EmbeddedObjects.SECRET_KEY);
  }

  @AfterAll
  static void stopServer() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
    objects.close();
  }

  @BeforeEach
  @Override
  void openStore() {
    prefix = "team/pipeline-" + PREFIXES.incrementAndGet();
    super.openStore();
  }

  @Override
  CheckpointStore open() {
    return open("s3://" + BUCKET + "/" + prefix, objects.endpoint());
  }

  private static CheckpointStore open(String store, String endpoint) {
    return S3CheckpointStore.open(S3Location.parse(store), S3Config.at(endpoint));
  }

  @Override
  void overwrite(String file, byte[] bytes) throws IOException {
    Files.write(objects.file(BUCKET, prefix + "/checkpoints/" + file), bytes);
  }

  @Test
  void aPlaceIsOneSmallObjectThatPoints() {
    // given
    StoredFile model = store().publish("1-1", Map.of("model.onnx", bytes("weights"))).get(0);

    // when
    store().replaceIfNewer("champion", 1, model, bytes("{}"));

    // then
    assertThat(objects.file(BUCKET, prefix + "/champion")).isDirectoryContaining("glob:**.json");
    assertThat(objects.file(BUCKET, prefix + "/" + CheckpointStore.pathOf(model)))
        .hasContent("weights");
    assertThat(store().usedBytes()).isEqualTo(9);
  }

  @Test
  void whatACrashLeftHalfStoredIsDeletedWithItsDirectory() throws IOException {
    // given: the first of two files, of which nobody was told
    StoredFile half = store().publish("1-1", Map.of("model.onnx", bytes("weights"))).get(0);

    // when
    assertThat(store().directories()).containsExactly("1-1");
    store().delete("1-1");

    // then
    assertThat(objects.file(BUCKET, prefix + "/" + CheckpointStore.pathOf(half))).doesNotExist();
  }

  @Test
  void aPlaceWhoseVersionWasLostIsToBeDeleted() throws IOException {
    // given
    StoredFile model = store().publish("1-1", Map.of("model.onnx", bytes("weights"))).get(0);
    Path place = objects.file(BUCKET, prefix + "/champion");
    Files.createDirectories(place);
    Files.writeString(place.resolve("champion.json"), "copied by hand");

    // when / then
    assertThatThrownBy(() -> store().replaceIfNewer("champion", 1, model, bytes("{}")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("champion/champion.json has the metadata millrace-version ''")
        .hasMessageContaining("delete it, it will be made again");
  }
}
