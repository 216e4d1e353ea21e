package io.millrace.schemas.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ThreadOwnerTest {
  private final ThreadOwner owner = new ThreadOwner("the learner");

  @Test
  void theFirstThreadOwnsItAndMayClaimItAgain() {
    owner.claim();
    owner.claim();
    owner.assertHeld();
  }

  @Test
  void anotherThreadIsRefusedWithBothNames() throws Exception {
    // given
    owner.claim();

    // when
    Throwable claimed = failureOn("intruder", owner::claim);
    Throwable used = failureOn("intruder", owner::assertHeld);

    // then
    String message =
        "the learner is used by thread 'intruder', but is confined to thread '%s'"
            .formatted(Thread.currentThread().getName());
    assertThat(claimed).isInstanceOf(IllegalStateException.class).hasMessage(message);
    assertThat(used).isInstanceOf(IllegalStateException.class).hasMessage(message);
  }

  @Test
  void whatNoThreadHasClaimedIsHeldByNone() {
    assertThatThrownBy(owner::assertHeld)
        .hasMessageStartingWith("the learner is used by thread ")
        .hasMessageEndingWith("but is confined to a thread that has not started");
  }

  private static Throwable failureOn(String name, Runnable call) throws Exception {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread thread = new Thread(call, name);
    thread.setUncaughtExceptionHandler((which, thrown) -> failure.complete(thrown));
    thread.start();
    thread.join();
    return failure.getNow(new AssertionError("nothing was thrown"));
  }
}
