package io.millrace.schemas.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.objects.EmbeddedObjects;
import io.millrace.schemas.config.S3Config;
import io.millrace.schemas.proto.StoredFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The contract over objects: in S3Proxy, or in a server of one's own with {@code
 * -Dmillrace.s3.endpoint=URL -Dmillrace.s3.bucket=NAME} and credentials in the environment.
 */
class S3CheckpointStoreTest extends CheckpointStoreContract {
  private static final String ENDPOINT = System.getProperty("millrace.s3.endpoint", "");
  private static final String BUCKET =
      System.getProperty("millrace.s3.bucket", "checkpoints-of-a-test");
  @TempDir static Path directory;
  private static EmbeddedObjects objects;
  private static S3Config config;
  private static S3Client client;
  private String prefix = "";

  @BeforeAll
  static void startServer() {
    objects = EmbeddedObjects.start(directory);
    objects.makeBucket(BUCKET);
    if (ENDPOINT.isEmpty()) {
      System.setProperty("aws.accessKeyId", EmbeddedObjects.ACCESS_KEY);
      System.setProperty("aws.secretAccessKey", EmbeddedObjects.SECRET_KEY);
    }
    config = S3Config.at(ENDPOINT.isEmpty() ? objects.endpoint() : ENDPOINT);
    client = S3Clients.builder(config, 1).build();
  }

  @AfterAll
  static void stopServer() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
    client.close();
    objects.close();
  }

  @BeforeEach
  @Override
  void openStore() {
    prefix = "team/pipeline-" + UUID.randomUUID();
    super.openStore();
  }

  @Override
  CheckpointStore open() {
    return S3CheckpointStore.open(S3Location.parse("s3://" + BUCKET + "/" + prefix), config);
  }

  @Override
  void overwrite(String file, byte[] bytes) {
    put("checkpoints/" + file, bytes);
  }

  @Test
  void aPlaceIsOneSmallObjectThatPoints() {
    // given
    StoredFile model = store().publish("1-1", Map.of("model.onnx", bytes("weights"))).get(0);

    // when
    store().replaceIfNewer("champion", 1, model, bytes("{}"));

    // then
    assertThat(keys()).containsExactly("champion/champion.json", CheckpointStore.pathOf(model));
    assertThat(store().usedBytes()).isEqualTo(9);
  }

  @Test
  void whatACrashLeftHalfStoredIsDeletedWithItsDirectory() {
    // given: the first of two files, which was not announced
    put("checkpoints/1-1/model.onnx", bytes("weights"));

    // when
    List<String> directories = store().directories();
    store().delete("1-1");

    // then
    assertThat(directories).containsExactly("1-1");
    assertThat(keys()).isEmpty();
  }

  @Test
  void aNameOfWhichHalfIsThereIsNotUsedEither() {
    // given
    put("checkpoints/1-1/optimizer.bin", bytes("moments of another"));

    // when / then
    assertThatThrownBy(
            () ->
                store()
                    .publish(
                        "1-1",
                        Map.of("model.onnx", bytes("weights"), "optimizer.bin", bytes("moments"))))
        .isInstanceOf(AlreadyStoredException.class);
  }

  @Test
  void aPlaceWhoseVersionWasLostIsToBeDeleted() {
    // given
    StoredFile model = store().publish("1-1", Map.of("model.onnx", bytes("weights"))).get(0);
    put("champion/champion.json", bytes("copied by hand"));

    // when / then
    assertThatThrownBy(() -> store().replaceIfNewer("champion", 1, model, bytes("{}")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("champion/champion.json has the metadata millrace-version ''")
        .hasMessageContaining("delete it; it is then created again");
  }

  private void put(String path, byte[] bytes) {
    client.putObject(
        request -> request.bucket(BUCKET).key(prefix + "/" + path), RequestBody.fromBytes(bytes));
  }

  private List<String> keys() {
    return client
        .listObjectsV2(request -> request.bucket(BUCKET).prefix(prefix + "/"))
        .contents()
        .stream()
        .map(S3Object::key)
        .map(key -> key.substring(prefix.length() + 1))
        .toList();
  }
}
