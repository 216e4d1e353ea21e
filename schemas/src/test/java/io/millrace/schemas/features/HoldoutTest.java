package io.millrace.schemas.features;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.schemas.config.HoldoutConfig;
import io.millrace.schemas.config.HoldoutConfig.By;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HoldoutTest {
  @Test
  void theShareOfKeysIsHeldOut() {
    // given
    var holdout = new Holdout(new HoldoutConfig(0.1, By.KEY, null, 0));

    // when
    long heldOut =
        IntStream.range(0, 100_000).filter(i -> holdout.includes(key(i), 0, 0, i)).count();

    // then: within four standard errors
    assertThat(heldOut / 100_000.0).isCloseTo(0.1, within(0.0038));
  }

  @Test
  void aKeyIsAlwaysOnTheSameSide() {
    // given
    var holdout = new Holdout(new HoldoutConfig(0.5, By.KEY, null, 0));

    // when / then
    assertThat(IntStream.range(0, 100).mapToObj(i -> holdout.includes(key(7), i, i, i)).distinct())
        .hasSize(1);
  }

  @Test
  void aRecordWithoutAKeyIsChosenByItsPlace() {
    // given
    var byKey = new Holdout(new HoldoutConfig(0.5, By.KEY, null, 0));
    var byOffset = new Holdout(new HoldoutConfig(0.5, By.OFFSET, null, 0));

    // when / then
    assertThat(IntStream.range(0, 1000).filter(i -> byKey.includes(null, 0, 3, i)).toArray())
        .isEqualTo(
            IntStream.range(0, 1000).filter(i -> byOffset.includes(key(i), 0, 3, i)).toArray());
  }

  @Test
  void anotherSeedHoldsOutOthers() {
    // given
    var one = new Holdout(new HoldoutConfig(0.5, By.KEY, null, 1));
    var two = new Holdout(new HoldoutConfig(0.5, By.KEY, null, 2));

    // when
    long agreeing =
        IntStream.range(0, 10_000)
            .filter(i -> one.includes(key(i), 0, 0, i) == two.includes(key(i), 0, 0, i))
            .count();

    // then
    assertThat(agreeing / 10_000.0).isCloseTo(0.5, within(0.03));
  }

  @Test
  void aShareOfNothingHoldsOutNothing() {
    // given
    var holdout = new Holdout(new HoldoutConfig(0, By.KEY, null, 0));

    // when / then
    assertThat(IntStream.range(0, 10_000).anyMatch(i -> holdout.includes(key(i), 0, 0, i)))
        .isFalse();
  }

  private static byte[] key(int i) {
    return ("customer-" + i).getBytes(UTF_8);
  }
}
