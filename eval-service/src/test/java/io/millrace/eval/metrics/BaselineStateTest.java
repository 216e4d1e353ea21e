package io.millrace.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.proto.LabelCounts;
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
    assertThat(state.toProto().getSerializedSize()).isLessThan(1500);

    // when
    BaselineState restored = BaselineState.of(label, state.toProto());
    learn(state, 3000, 2);
    learn(restored, 3000, 2);

    // then
    assertThat(restored.toProto()).isEqualTo(state.toProto());
    assertThat(restored.weights).isEqualTo(state.weights);
  }

  @Test
  void withAThousandClassesTheHeavyOnesAreExactAndTheRestIsSpreadEvenly() {
    // given
    LabelConfig label = SampleModels.classes(1000);
    BaselineState state = learned(label, 20_000);
    state.learn(7, 500);

    // when
    BaselineState restored = BaselineState.of(label, state.toProto());

    // then
    assertThat(state.toProto().getSerializedSize()).isLessThan(1500);
    assertThat(restored.probabilityOf(7)).isEqualTo(state.probabilityOf(7));
    double all = 0;
    for (int i = 0; i < 1000; i++) {
      all += restored.probabilityOf(i);
    }
    assertThat(all).isCloseTo(1, within(1e-9));
  }

  @Test
  void nothingStoredIsTheStart() {
    assertThat(BaselineState.of(SampleModels.LATE, LabelCounts.getDefaultInstance()).toProto())
        .isEqualTo(BaselineState.start(SampleModels.LATE).toProto());
  }

  @Test
  void damagedCountsAreRefused() {
    // given
    LabelCounts damaged =
        learned(SampleModels.LATE, 100).toProto().toBuilder().setLabels(0, 2).build();

    // when / then
    assertThatThrownBy(() -> BaselineState.of(SampleModels.LATE, damaged))
        .hasMessage(
            "the baselines' state is damaged: it has 2 labels and 2 weights for a label with 2 classes");
  }

  @Test
  void theStateOfAnotherLabelIsRefused() {
    // given
    LabelCounts other = BaselineState.start(SampleModels.classes(5)).toProto();

    // when / then
    assertThatThrownBy(() -> BaselineState.of(SampleModels.LATE, other))
        .hasMessageContaining("has 5 classes, the label has 2");
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
