package io.millrace.schemas.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.proto.StoredFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of every checkpoint store. */
abstract class CheckpointStoreContract {
  private CheckpointStore store;

  /** The same store again, as another process opens it. */
  abstract CheckpointStore open();

  /** Damages a stored file, given as directory/file. */
  abstract void overwrite(String file, byte[] bytes) throws IOException;

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  CheckpointStore store() {
    return store;
  }

  @Test
  void itCanBeWrittenTo() {
    // when
    store.requireWritable();

    // then
    assertThat(store.directories()).isEmpty();
    assertThat(store.usedBytes()).isZero();
  }

  @Test
  void whatIsPublishedIsLoaded() {
    // given
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("optimizer.bin", bytes("moments"));
    files.put("model.onnx", bytes("weights"));
    files.put("empty", new byte[0]);

    // when
    List<StoredFile> stored = store.publish("000000000020-3.1", files);

    // then
    assertThat(stored)
        .extracting(StoredFile::getPath)
        .containsExactly(
            "000000000020-3.1/optimizer.bin",
            "000000000020-3.1/model.onnx",
            "000000000020-3.1/empty");
    try (CheckpointStore other = open()) {
      assertThat(stored.stream().map(other::load))
          .containsExactly(bytes("moments"), bytes("weights"), new byte[0]);
      assertThat(other.directories()).containsExactly("000000000020-3.1");
      assertThat(other.usedBytes()).isEqualTo(14);
    }
  }

  @Test
  void aCheckpointWithoutFilesIsRefused() {
    // when / then
    assertThatThrownBy(() -> store.publish("1-1", Map.of()))
        .isInstanceOf(StoreException.class)
        .hasMessage("checkpoint '1-1' has no files");
  }

  @Test
  void aNameIsNeverUsedTwice() {
    // given
    StoredFile first = store.publish("000000000020-3", Map.of("model.onnx", bytes("one"))).get(0);

    // when / then
    assertThatThrownBy(() -> store.publish("000000000020-3", Map.of("model.onnx", bytes("two"))))
        .isInstanceOf(AlreadyStoredException.class)
        .hasMessage(
            "checkpoint '000000000020-3' exists in "
                + store.location()
                + " and is never overwritten");
    assertThat(store.load(first)).isEqualTo(bytes("one"));
  }

  @Test
  void ofManyWritersOfOneNameExactlyOneWins() throws Exception {
    // when: the same bytes from some of them, so that their bytes do not distinguish them
    List<Future<List<StoredFile>>> outcomes =
        together(
            32,
            i ->
                store.publish(
                    "7-1",
                    Map.of(
                        "model.onnx", bytes("writer " + i / 4),
                        "optimizer.bin", bytes("moments of " + i / 4))));

    // then
    List<Future<List<StoredFile>>> won =
        outcomes.stream().filter(CheckpointStoreContract::isPublished).toList();
    assertThat(won).hasSize(1);
    for (StoredFile file : won.get(0).get()) {
      assertThat(store.load(file)).isNotEmpty();
    }
  }

  @Test
  void aTornFileIsToldFromAWholeOne() throws IOException {
    // given
    StoredFile stored = store.publish("1-1", Map.of("model.onnx", bytes("weights"))).get(0);

    // when
    overwrite("1-1/model.onnx", Arrays.copyOf(bytes("weights"), 5));

    // then
    assertThatThrownBy(() -> store.load(stored))
        .isInstanceOf(CorruptFileException.class)
        .hasMessage("1-1/model.onnx has 5 bytes, but 7 were announced");
  }

  @Test
  void aFlippedBitIsToldFromAWholeFile() throws IOException {
    // given
    StoredFile stored = store.publish("1-1", Map.of("model.onnx", bytes("weights"))).get(0);

    // when
    overwrite("1-1/model.onnx", bytes("weighty"));

    // then
    assertThatThrownBy(() -> store.load(stored))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("1-1/model.onnx has SHA-256 ");
  }

  @Test
  void whatIsDeletedIsGoneAndTheRestStays() {
    // given
    StoredFile gone = store.publish("1-1", Map.of("model.onnx", bytes("weights"))).get(0);
    StoredFile kept = store.publish("1-11", Map.of("model.onnx", bytes("others"))).get(0);

    // when
    store.delete("1-1");
    store.delete("1-1");

    // then
    assertThatThrownBy(() -> store.load(gone))
        .isInstanceOf(CorruptFileException.class)
        .hasMessage("1-1/model.onnx is not in " + store.location());
    assertThat(store.load(kept)).isEqualTo(bytes("others"));
    assertThat(store.directories()).containsExactly("1-11");
    assertThat(store.usedBytes()).isEqualTo(6);
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
  void aPlaceNeverGoesBack() {
    // given
    StoredFile model = store.publish("1-1", Map.of("model.onnx", bytes("weights"))).get(0);
    store.replaceIfNewer("champion", 7, model, bytes("seven"));

    // when
    boolean again = store.replaceIfNewer("champion", 7, model, bytes("again"));
    boolean older = store.replaceIfNewer("champion", 3, model, bytes("three"));
    boolean newer = store.replaceIfNewer("champion", 12, model, bytes("twelve"));

    // then
    assertThat(List.of(again, older, newer)).containsExactly(false, false, true);
    assertThat(store.version("champion")).hasValue(12);
    assertThat(store.description("champion")).contains(bytes("twelve"));
    assertThat(store.version("absent")).isEmpty();
    assertThat(store.description("absent")).isEmpty();
    assertThat(store.directories()).containsExactly("1-1");
  }

  @Test
  void aPlaceIsNotSwitchedToWhatIsNotWhole() throws IOException {
    // given
    StoredFile model = store.publish("1-1", Map.of("model.onnx", bytes("weights"))).get(0);
    overwrite("1-1/model.onnx", bytes("weighty"));

    // when / then
    assertThatThrownBy(() -> store.replaceIfNewer("champion", 1, model, bytes("one")))
        .isInstanceOf(CorruptFileException.class);
    assertThat(store.description("champion")).isEmpty();
  }

  @Test
  void ofManyWritersOfAPlaceTheNewestVersionStays() throws Exception {
    // given
    StoredFile model = store.publish("1-1", Map.of("model.onnx", bytes("weights"))).get(0);

    // when: each through a store of its own, as services do, in no order
    List<Future<Boolean>> outcomes =
        together(
            64,
            i -> {
              int version = (i * 37) % 64;
              try (CheckpointStore other = open()) {
                return other.replaceIfNewer("champion", version, model, bytes("v" + version));
              }
            });

    // then
    for (Future<Boolean> outcome : outcomes) {
      assertThat(outcome.get()).isNotNull();
    }
    assertThat(store.version("champion")).hasValue(63);
    assertThat(store.description("champion")).contains(bytes("v63"));
  }

  private static <T> List<Future<T>> together(int count, IntFunction<T> work)
      throws InterruptedException {
    ExecutorService workers = Executors.newFixedThreadPool(8);
    try {
      return workers.invokeAll(
          IntStream.range(0, count).<Callable<T>>mapToObj(i -> () -> work.apply(i)).toList());
    } finally {
      workers.shutdown();
    }
  }

  private static boolean isPublished(Future<?> outcome) {
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

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
