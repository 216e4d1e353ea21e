package io.millrace.eval.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.eval.models.ModelFetches.NotYetException;
import io.millrace.schemas.proto.StoredFile;
import io.millrace.schemas.store.StoreException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ModelFetchesTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofMillis(1);

  @Test
  void whatComesAtOnceIsGivenAtOnce() {
    try (ModelFetches fetches = new ModelFetches(file -> file.getPath().getBytes(), LONG)) {
      // when / then
      assertThat(fetches.tryLoad(file("a"))).asString().isEqualTo("a");
    }
  }

  @Test
  void whatIsSlowIsGivenToWhoAsksAgainAndIsFetchedOnce() {
    // given
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger loads = new AtomicInteger();
    try (ModelFetches fetches =
        new ModelFetches(file -> wait(go, loads.incrementAndGet()), SHORT)) {
      // when
      assertThatThrownBy(() -> fetches.tryLoad(file("a")))
          .isInstanceOf(NotYetException.class)
          .hasMessage("a is still being read from the store");
      assertThatThrownBy(() -> fetches.tryLoad(file("a"))).isInstanceOf(NotYetException.class);
      go.countDown();

      // then
      await()
          .ignoreExceptionsInstanceOf(NotYetException.class)
          .untilAsserted(() -> assertThat(fetches.tryLoad(file("a"))).containsExactly(1));
      assertThat(loads).hasValue(1);
    }
  }

  @Test
  void whatFailsIsTriedAnewByWhoAsksAgain() {
    // given
    AtomicInteger loads = new AtomicInteger();
    try (ModelFetches fetches =
        new ModelFetches(
            file -> {
              if (loads.incrementAndGet() == 1) {
                throw new StoreException("down");
              }
              return new byte[] {2};
            },
            LONG)) {
      // when / then
      assertThatThrownBy(() -> fetches.tryLoad(file("a")))
          .isInstanceOf(StoreException.class)
          .hasMessage("down");
      assertThat(fetches.tryLoad(file("a"))).containsExactly(2);
    }
  }

  @Test
  void manyThatHangDoNotPushEachOtherOut() {
    // given: more than are fetched at once
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger loads = new AtomicInteger();
    try (ModelFetches fetches =
        new ModelFetches(file -> wait(go, loads.incrementAndGet()), SHORT)) {
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 10; i++) {
          StoredFile file = file("file " + i);
          assertThatThrownBy(() -> fetches.tryLoad(file)).isInstanceOf(NotYetException.class);
        }
      }

      // when
      go.countDown();

      // then
      for (int i = 0; i < 10; i++) {
        StoredFile file = file("file " + i);
        await()
            .ignoreExceptionsInstanceOf(NotYetException.class)
            .untilAsserted(() -> assertThat(fetches.tryLoad(file)).isNotEmpty());
      }
      assertThat(loads.get()).isLessThanOrEqualTo(14);
    }
  }

  private static byte[] wait(CountDownLatch go, int load) {
    try {
      go.await();
      return new byte[] {(byte) load};
    } catch (InterruptedException e) {
      throw new StoreException("interrupted", e);
    }
  }

  private static StoredFile file(String path) {
    return StoredFile.newBuilder().setPath(path).build();
  }
}
