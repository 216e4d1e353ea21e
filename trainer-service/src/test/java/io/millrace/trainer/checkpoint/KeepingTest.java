package io.millrace.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.promotions.InUse;
import io.millrace.schemas.promotions.Pins;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.Promotion.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class KeepingTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
  private static final InUse NOTHING = InUse.NONE;
  private static final Pins NONE = new Pins(List.of());

  @Test
  void theOldestGoOnceThereAreMoreThanTheLimit() {
    assertThat(deletable(new Keeping(3, Duration.ZERO, NONE), NOTHING, 6))
        .containsExactly("1", "2", "3");
  }

  @Test
  void nothingGoesAtTheLimit() {
    assertThat(deletable(new Keeping(6, Duration.ZERO, NONE), NOTHING, 6)).isEmpty();
  }

  @Test
  void theNewestTwoStayWhateverTheLimit() {
    assertThat(deletable(new Keeping(0, Duration.ZERO, NONE), NOTHING, 4))
        .containsExactly("1", "2");
  }

  @Test
  void aYoungCheckpointStays() {
    // given: one checkpoint per hour
    Keeping keeping = new Keeping(2, Duration.ofMinutes(270), NONE);

    // when / then
    assertThat(deletable(keeping, NOTHING, 8)).containsExactly("1", "2", "3");
  }

  @Test
  void aPinnedCheckpointStays() {
    assertThat(deletable(new Keeping(3, Duration.ZERO, new Pins(List.of("1", "3"))), NOTHING, 6))
        .containsExactly("2", "4");
  }

  @Test
  void theFirstAnnouncedFromAPinnedStepStays() {
    assertThat(deletable(new Keeping(2, Duration.ZERO, new Pins(List.of("step>=3"))), NOTHING, 6))
        .containsExactly("1", "2", "4");
  }

  @Test
  void theChampionAndWhatItReplacedAndThoseOnTrialStay() {
    // given
    InUse inUse =
        inUse(
            List.of(
                decision("1", Decision.PROMOTED),
                decision("2", Decision.TRIAL),
                decision("3", Decision.TRIAL),
                decision("2", Decision.PROMOTED, "1"),
                decision("4", Decision.TRIAL),
                decision("4", Decision.REJECTED)));

    // when / then
    assertThat(inUse.ids()).containsExactlyInAnyOrder("1", "2", "3");
    assertThat(deletable(new Keeping(2, Duration.ZERO, NONE), inUse, 8))
        .containsExactly("4", "5", "6");
  }

  @Test
  void aRollbackKeepsTheOneThatWasRolledBack() {
    assertThat(
            inUse(
                    List.of(
                        decision("1", Decision.PROMOTED),
                        decision("2", Decision.PROMOTED, "1"),
                        decision("1", Decision.ROLLED_BACK, "2")))
                .ids())
        .containsExactlyInAnyOrder("1", "2");
  }

  private static List<String> deletable(Keeping keeping, InUse inUse, int count) {
    List<Checkpoint> announced =
        LongStream.rangeClosed(1, count)
            .mapToObj(
                i ->
                    Checkpoint.newBuilder()
                        .setId(Long.toString(i))
                        .setStep(i)
                        .setCreatedMs(NOW.minus(Duration.ofHours(count - i)).toEpochMilli())
                        .build())
            .toList();
    return keeping.deletable(announced, inUse, NOW).stream().map(Checkpoint::getId).toList();
  }

  private static Promotion decision(String id, Decision decision) {
    return decision(id, decision, "");
  }

  private static Promotion decision(String id, Decision decision, String champion) {
    return Promotion.newBuilder()
        .setCheckpointId(id)
        .setDecision(decision)
        .setChampionId(champion)
        .build();
  }

  private static InUse inUse(List<Promotion> promotions) {
    InUse inUse = InUse.NONE;
    for (Promotion promotion : promotions) {
      inUse = inUse.after(promotion);
    }
    return inUse;
  }
}
