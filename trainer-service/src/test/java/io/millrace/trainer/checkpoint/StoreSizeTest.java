package io.millrace.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.store.StoreException;
import io.millrace.schemas.time.ManualClock;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class StoreSizeTest {
  private final ManualClock clock = new ManualClock();

  /** The sizes that the store returns; -1: it fails. It blocks while the queue is empty. */
  private final BlockingQueue<Long> answers = new LinkedBlockingQueue<>();

  @Test
  void aLocalStoreIsReadEachTime() {
    // given
    StoreSize size = new StoreSize(store(false), clock);
    answers.add(7L);
    answers.add(8L);

    // when / then
    assertThat(size.bytes()).isEqualTo(7);
    assertThat(size.bytes()).isEqualTo(8);
  }

  @Test
  void aRemoteStoreThatHangsBlocksNoCaller() {
    // given
    StoreSize size = new StoreSize(store(true), clock);

    // when
    double before = size.bytes();
    answers.add(7L);

    // then
    assertThat(before).isNaN();
    await().untilAsserted(() -> assertThat(size.bytes()).isEqualTo(7));
  }

  @Test
  void aRemoteStoreThatFailsKeepsItsLastSize() {
    // given
    StoreSize size = new StoreSize(store(true), clock);
    answers.add(7L);
    await().untilAsserted(() -> assertThat(size.bytes()).isEqualTo(7));

    // when
    answers.add(-1L);
    clock.advance(Duration.ofMinutes(1));
    await().until(() -> size.bytes() == 7 && answers.isEmpty());

    // then: a minute after the failed read it is read again
    assertThat(size.bytes()).isEqualTo(7);
    answers.add(9L);
    clock.advance(Duration.ofMinutes(1));
    await().untilAsserted(() -> assertThat(size.bytes()).isEqualTo(9));
  }

  @Test
  void aRemoteStoreIsReadOnceAMinute() {
    // given
    StoreSize size = new StoreSize(store(true), clock);
    answers.add(7L);
    answers.add(8L);
    await().untilAsserted(() -> assertThat(size.bytes()).isEqualTo(7));

    // when / then: a second short of a minute, the last size stands
    clock.advance(Duration.ofSeconds(59));
    assertThat(size.bytes()).isEqualTo(7);
    assertThat(answers).containsExactly(8L);

    // when / then: after a minute it is read again
    clock.advance(Duration.ofSeconds(1));
    await().untilAsserted(() -> assertThat(size.bytes()).isEqualTo(8));
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
