package io.millrace.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.schemas.config.LabelConfig;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BaselineStateTest {
  static Stream<LabelConfig> labels() {
    return Stream.of(
        SampleModels.LATE, SampleModels.DELAY, SampleModels.classes(7), SampleModels.classes(100));
  }

  @ParameterizedTest
  @MethodSource("labels")
  void afterARestartItGoesOnBitForBit(LabelConfig label) {
    // given
    BaselineState state = learned(label, 3000);
    assertThat(state.toString()).hasSizeLessThan(2048).matches("[\\x21-\\x7e]+");

    // when
    BaselineState parsed = BaselineState.parse(label, state.toString());
    learn(state, 3000, 2);
    learn(parsed, 3000, 2);

    // then
    assertThat(parsed.toString()).isEqualTo(state.toString());
    assertThat(parsed.weights).isEqualTo(state.weights);
  }

  @Test
  void withAThousandClassesTheHeavyOnesAreExactAndTheRestIsSpreadEvenly() {
    // given
    LabelConfig label = SampleModels.classes(1000);
    BaselineState state = learned(label, 20_000);
    state.learn(7, 500);

    // when
    BaselineState parsed = BaselineState.parse(label, state.toString());

    // then
    assertThat(state.toString()).hasSizeLessThan(2048);
    assertThat(parsed.probabilityOf(7)).isEqualTo(state.probabilityOf(7));
    double all = 0;
    for (int i = 0; i < 1000; i++) {
      all += parsed.probabilityOf(i);
    }
    assertThat(all).isCloseTo(1, within(1e-9));
  }

  @Test
  void noTextIsTheStart() {
    assertThat(BaselineState.parse(SampleModels.LATE, ""))
        .hasToString(BaselineState.start(SampleModels.LATE).toString());
  }

  @Test
  void anotherTextIsRefusedWithWhatWasExpected() {
    assertThatThrownBy(() -> BaselineState.parse(SampleModels.LATE, "3 apples"))
        .hasMessage(
            "'3 apples' is no baselines' state of version 1; expected what BaselineState.toString gave");
  }

  @Test
  void theStateOfAnotherLabelIsRefused() {
    // given
    String text = BaselineState.start(SampleModels.classes(5)).toString();

    // when / then
    assertThatThrownBy(() -> BaselineState.parse(SampleModels.LATE, text))
        .hasMessageContaining("is of 5 classes, the label has 2");
  }

  private static BaselineState learned(LabelConfig label, int samples) {
    BaselineState state = BaselineState.start(label);
    learn(state, samples, 1);
    return state;
  }

  private static void learn(BaselineState state, int samples, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < samples; i++) {
      state.learn(random.nextInt(state.classes), random.nextFloat());
    }
  }
}
