package io.millrace.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.trainer.graph.TrainableGraph;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ResumeTest {
  private static final int STEPS = 24;
  private static final byte[] SAVED = saved();

  private static byte[] saved() {
    try (Learner learner =
        Learner.create(LearnerFixture.mlp(LearnerFixture.CLASSES), LearnerFixture.classes())) {
      learner.step(List.of(new LearnerFixture.Stream(41).batch(10)));
      return learner.state().optimizerBytes();
    }
  }

  @Property(tries = 20)
  void aLearnerRestoredInTheMiddleEndsBitForBitAlike(
      @ForAll @IntRange(min = 0, max = STEPS) int middle,
      @ForAll boolean dropout,
      @ForAll boolean statistics,
      @ForAll @IntRange(min = 0, max = 4) int optimizer) {
    // given
    TrainableGraph graph = TestModels.with(statistics, dropout);
    String optim = List.of("sgd", "adam", "adamw", "adagrad", "rmsprop").get(optimizer);
    PipelineConfig config =
        LearnerFixture.classes(
            "optim: " + optim,
            "momentum: 0.9",
            "weight_decay: 0.01",
            "gradient_accumulation_steps: 2",
            "lr_scheduler_type: inverse_sqrt",
            "warmup_steps: 5");
    List<TrainBatchView> batches = new LearnerFixture.Stream(42).batches(2 * STEPS, 20);
    try (Learner whole = Learner.create(graph, config);
        Learner first = Learner.create(graph, config);
        Learner second = Learner.create(graph, config)) {
      // when
      train(whole, batches, 0, STEPS);
      train(first, batches, 0, middle);
      LearnerState saved = first.state();
      second.restore(LearnerState.parse(saved.optimizerBytes(), saved.weights()));
      train(second, batches, middle, STEPS);

      // then
      assertThat(second.state()).isEqualTo(whole.state());
      assertThat(second.state().samples()).isEqualTo(2L * STEPS * 20);
    }
  }

  private static void train(Learner learner, List<TrainBatchView> batches, int from, int to) {
    for (int step = from; step < to; step++) {
      learner.step(batches.subList(2 * step, 2 * step + 2));
    }
  }

  @Example
  void dropoutDrawsAMaskPerStepFromTheSeed() {
    // given: a rate so small that weights hardly change
    TrainableGraph graph = TestModels.with(false, true);
    TrainBatchView batch = new LearnerFixture.Stream(43).batch(50);
    try (Learner one =
            Learner.create(graph, LearnerFixture.classes("learning_rate: 1e-9", "seed: 1"));
        Learner two =
            Learner.create(graph, LearnerFixture.classes("learning_rate: 1e-9", "seed: 2"))) {
      // when
      double first = one.step(List.of(batch)).loss();
      double second = one.step(List.of(batch)).loss();
      double other = two.step(List.of(batch)).loss();

      // then
      assertThat(Math.abs(second - first)).isGreaterThan(1e-4);
      assertThat(Math.abs(other - first)).isGreaterThan(1e-4);
    }
  }

  @Property(tries = 200)
  void aChangedBitIsFound(@ForAll @IntRange(min = 0, max = 1 << 30) int at) {
    // given
    byte[] damaged = SAVED.clone();
    int bit = at % (damaged.length * Byte.SIZE);

    // when
    damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);

    // then
    assertThatThrownBy(() -> LearnerState.parse(damaged, Map.of()))
        .isInstanceOf(CorruptStateException.class)
        .hasMessageContaining("resume from an older checkpoint");
  }

  @Property(tries = 100)
  void aCutIsFound(@ForAll @IntRange(min = 0, max = 1 << 30) int at) {
    // given
    byte[] cut = Arrays.copyOf(SAVED, at % SAVED.length);

    // then
    assertThatThrownBy(() -> LearnerState.parse(cut, Map.of()))
        .isInstanceOf(CorruptStateException.class);
  }

  @Example
  void anotherOptimizersStateIsRefused() {
    // given
    try (Learner adam =
            Learner.create(LearnerFixture.mlp(LearnerFixture.CLASSES), LearnerFixture.classes());
        Learner sgd =
            Learner.create(
                LearnerFixture.mlp(LearnerFixture.CLASSES), LearnerFixture.classes("optim: sgd"))) {
      // then
      assertThatThrownBy(() -> sgd.restore(adam.state()))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("the state is of optimizer adamw")
          .hasMessageContaining("the settings require sgd")
          .hasMessageContaining("settings and the model that the checkpoint was written with");
    }
  }
}
