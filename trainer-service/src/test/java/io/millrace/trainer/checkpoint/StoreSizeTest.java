package io.millrace.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.store.StoreException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class StoreSizeTest {
  /** What the store answers; -1: that it is down. It hangs while there is nothing. */
  private final BlockingQueue<Long> answers = new LinkedBlockingQueue<>();

  @Test
  void aStoreNearbyIsAskedEachTime() {
    // given
    StoreSize size = new StoreSize(store(false));
    answers.add(7L);
    answers.add(8L);

    // when / then
    assertThat(size.bytes()).isEqualTo(7);
    assertThat(size.bytes()).isEqualTo(8);
  }

  @Test
  void aDistantStoreThatHangsHangsNobody() {
    // given
    StoreSize size = new StoreSize(store(true), Duration.ZERO);

    // when
    double before = size.bytes();
    answers.add(7L);

    // then
    assertThat(before).isNaN();
    await().untilAsserted(() -> assertThat(size.bytes()).isEqualTo(7));
  }

  @Test
  void aDistantStoreThatIsDownIsAsItWas() {
    // given
    StoreSize size = new StoreSize(store(true), Duration.ZERO);
    answers.add(7L);
    await().untilAsserted(() -> assertThat(size.bytes()).isEqualTo(7));

    // when
    answers.add(-1L);
    await().until(() -> size.bytes() == 7 && answers.isEmpty());

    // then
    assertThat(size.bytes()).isEqualTo(7);
    answers.add(9L);
    await().untilAsserted(() -> assertThat(size.bytes()).isEqualTo(9));
  }

  @Test
  void aDistantStoreIsNotAskedAgainAtOnce() {
    // given
    StoreSize size = new StoreSize(store(true), Duration.ofHours(1));
    answers.add(7L);
    answers.add(8L);

    // when
    await().untilAsserted(() -> assertThat(size.bytes()).isEqualTo(7));

    // then
    assertThat(size.bytes()).isEqualTo(7);
    assertThat(answers).containsExactly(8L);
  }

  private CheckpointStore store(boolean isRemote) {
    return (CheckpointStore)
        Proxy.newProxyInstance(
            CheckpointStore.class.getClassLoader(),
            new Class<?>[] {CheckpointStore.class},
            (proxy, method, given) -> {
              if (method.getName().equals("isRemote")) {
                return isRemote;
              }
              long answer = answers.take();
              if (answer < 0) {
                throw new StoreException("down");
              }
              return answer;
            });
  }
}
