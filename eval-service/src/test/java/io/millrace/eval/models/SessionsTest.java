package io.millrace.eval.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.store.StoreException;
import io.millrace.schemas.time.ManualClock;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private static final CheckpointId ID = CheckpointId.of("c");

  private final ManualClock clock = new ManualClock();
  private Supplier<Model> opener = OpenedModel::new;
  private final Sessions sessions = new Sessions(checkpoint -> opener.get(), 1, clock);

  @Test
  void afterAFailureOfTheStoreItIsOpenedAgainASecondLater() {
    // given
    opener =
        () -> {
          throw new StoreException("unreachable");
        };
    assertThat(sessions.tryGet(checkpoint("c"))).isEmpty();
    opener = OpenedModel::new;

    // when
    clock.advance(Duration.ofMillis(999));
    boolean early = sessions.tryGet(checkpoint("c")).isPresent();
    clock.advance(Duration.ofMillis(1));
    boolean late = sessions.tryGet(checkpoint("c")).isPresent();

    // then
    assertThat(early).isFalse();
    assertThat(late).isTrue();
    assertThat(sessions.isRefused(ID)).isFalse();
  }

  @Test
  void aModelThatIsOnItsWayIsPendingUntilItIsThere() {
    // given
    opener =
        () -> {
          throw new ModelFetches.NotYetException("c");
        };
    sessions.tryGet(checkpoint("c"));
    boolean before = sessions.isPending(ID);
    opener = OpenedModel::new;

    // when
    clock.advance(Duration.ofMillis(20));
    boolean opened = sessions.tryGet(checkpoint("c")).isPresent();

    // then
    assertThat(before).isTrue();
    assertThat(opened).isTrue();
    assertThat(sessions.isPending(ID)).isFalse();
  }

  @Test
  void aKeptModelStaysOpenWhenOthersMakeRoom() {
    // given
    sessions.keep(Set.of(ID));
    OpenedModel kept = (OpenedModel) sessions.tryGet(checkpoint("c")).orElseThrow();
    OpenedModel other = (OpenedModel) sessions.tryGet(checkpoint("d")).orElseThrow();

    // when
    sessions.tryGet(checkpoint("e"));

    // then
    assertThat(kept.isClosed).isFalse();
    assertThat(other.isClosed).isTrue();
    assertThat(sessions.open()).isEqualTo(2);
  }

  private static Checkpoint checkpoint(String id) {
    return Checkpoint.newBuilder().setId(id).build();
  }

  private static final class OpenedModel implements Model {
    private boolean isClosed;

    @Override
    public int width() {
      return 1;
    }

    @Override
    public void score(Rows rows, int from, int count, FloatBuffer outputs) {
      throw new UnsupportedOperationException("these tests score nothing");
    }

    @Override
    public void close() {
      isClosed = true;
    }
  }
}
