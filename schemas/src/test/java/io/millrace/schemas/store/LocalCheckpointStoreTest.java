package io.millrace.schemas.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.proto.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalCheckpointStoreTest {
  @TempDir Path root;
  private CheckpointStore store;

  @BeforeEach
  void openStore() {
    store = new LocalCheckpointStore(root);
  }

  @Test
  void whatIsPublishedIsLoaded() {
    // when
    List<StoredFile> stored =
        store.publish("000000000020-3", Map.of("model.onnx", bytes("weights")));

    // then
    assertThat(store.load(stored.get(0))).isEqualTo(bytes("weights"));
    assertThat(store.directories()).containsExactly("000000000020-3");
    assertThat(store.usedBytes()).isEqualTo(7);
  }

  @Test
  void aNameIsNeverUsedTwice() {
    // given
    StoredFile first = store.publish("000000000020-3", Map.of("model.onnx", bytes("one"))).get(0);

    // when / then
    assertThatThrownBy(() -> store.publish("000000000020-3", Map.of("model.onnx", bytes("two"))))
        .isInstanceOf(AlreadyStoredException.class)
        .hasMessageContaining("'000000000020-3' exists in " + root);
    assertThat(store.load(first)).isEqualTo(bytes("one"));
  }

  @Test
  void ofManyWritersOfOneNameExactlyOneWins() throws Exception {
    // given
    ExecutorService writers = Executors.newFixedThreadPool(8);

    // when
    List<Future<StoredFile>> outcomes =
        writers.invokeAll(
            java.util.stream.IntStream.range(0, 32)
                .<java.util.concurrent.Callable<StoredFile>>mapToObj(
                    i ->
                        () ->
                            store.publish("7-1", Map.of("model.onnx", bytes("writer " + i))).get(0))
                .toList());
    writers.shutdown();

    // then
    List<Future<StoredFile>> won = outcomes.stream().filter(outcome -> succeeded(outcome)).toList();
    assertThat(won).hasSize(1);
    assertThat(new String(store.load(won.get(0).get()), UTF_8)).startsWith("writer ");
  }

  @Test
  void aTornFileIsToldFromAWholeOne() throws IOException {
    // given
    StoredFile stored = store.publish("1-1", Map.of("model.onnx", bytes("weights"))).get(0);
    Path file = root.resolve("checkpoints/1-1/model.onnx");

    // when
    Files.write(file, Arrays.copyOf(bytes("weights"), 5));

    // then
    assertThatThrownBy(() -> store.load(stored))
        .isInstanceOf(CorruptFileException.class)
        .hasMessage("1-1/model.onnx has 5 bytes, announced were 7");
  }

  @Test
  void aFlippedBitIsToldFromAWholeFile() throws IOException {
    // given
    StoredFile stored = store.publish("1-1", Map.of("model.onnx", bytes("weights"))).get(0);

    // when
    Files.write(root.resolve("checkpoints/1-1/model.onnx"), bytes("weighty"));

    // then
    assertThatThrownBy(() -> store.load(stored))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("1-1/model.onnx has SHA-256 ");
  }

  @Test
  void anAbsentFileIsCorrupt() {
    // given
    StoredFile stored = store.publish("1-1", Map.of("model.onnx", bytes("weights"))).get(0);

    // when
    store.delete("1-1");

    // then
    assertThatThrownBy(() -> store.load(stored))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("1-1/model.onnx is not in " + root);
    assertThat(store.directories()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../secret/file", "/etc/passwd", "a/../b", "a", "", "a/b/c", "a\\b/c", "a/\0"})
  void aPathOffATopicCannotLeaveTheStore(String path) {
    // given
    StoredFile file = StoredFile.newBuilder().setPath(path).setSizeBytes(1).build();

    // when / then
    assertThatThrownBy(() -> store.load(file)).isInstanceOf(StoreException.class);
  }

  @Test
  void aPlaceIsSwitchedAsAWhole() {
    // given
    store.replace("champion", Map.of("model.onnx", bytes("one"), "champion.json", bytes("1")));

    // when
    store.replace("champion", Map.of("model.onnx", bytes("two"), "champion.json", bytes("2")));

    // then
    assertThat(root.resolve("champion/model.onnx")).hasContent("two");
    assertThat(store.read("champion", "champion.json")).containsExactly(bytes("2"));
    assertThat(store.read("champion", "absent")).isEmpty();
    assertThat(root.resolve("places")).isDirectoryNotContaining("glob:**/*one*");
    assertThat(store.usedBytes()).isEqualTo(4);
  }

  @Test
  void aVersionedPlaceNeverGoesBack() {
    // given
    store.replaceIfNewer("champion", 7, Map.of("model.onnx", bytes("seven")));

    // when
    boolean again = store.replaceIfNewer("champion", 7, Map.of("model.onnx", bytes("again")));
    boolean older = store.replaceIfNewer("champion", 3, Map.of("model.onnx", bytes("three")));
    boolean newer = store.replaceIfNewer("champion", 12, Map.of("model.onnx", bytes("twelve")));

    // then
    assertThat(List.of(again, older, newer)).containsExactly(false, false, true);
    assertThat(root.resolve("champion/model.onnx")).hasContent("twelve");
    assertThat(store.version("champion")).hasValue(12);
    assertThat(store.version("absent")).isEmpty();
  }

  @Test
  void ofManyWritersOfAPlaceTheNewestVersionStays() throws Exception {
    // given
    ExecutorService writers = Executors.newFixedThreadPool(8);

    // when: each through a store of its own, as services do, in no order
    writers
        .invokeAll(
            java.util.stream.IntStream.range(0, 64)
                .map(i -> (i * 37) % 64)
                .<java.util.concurrent.Callable<Boolean>>mapToObj(
                    i ->
                        () ->
                            new LocalCheckpointStore(root)
                                .replaceIfNewer(
                                    "champion", i, Map.of("model.onnx", bytes("model " + i))))
                .toList())
        .forEach(LocalCheckpointStoreTest::requireDone);
    writers.shutdown();

    // then: the newest is there, and beside it at most the one before it
    assertThat(root.resolve("champion/model.onnx")).hasContent("model 63");
    assertThat(store.version("champion")).hasValue(63);
    assertThat(root.resolve("places").toFile().listFiles(java.io.File::isDirectory))
        .hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void leftoversOfACrashAreNoCheckpoints() throws IOException {
    // given
    Files.createDirectories(root.resolve("writing/000000000040-1-torn"));

    // when
    List<String> directories = new LocalCheckpointStore(root).directories();

    // then
    assertThat(directories).isEmpty();
  }

  private static void requireDone(Future<?> outcome) {
    try {
      outcome.get();
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean succeeded(Future<?> outcome) {
    try {
      outcome.get();
      return true;
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(AlreadyStoredException.class);
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
