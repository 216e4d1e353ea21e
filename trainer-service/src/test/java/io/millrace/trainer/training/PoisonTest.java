package io.millrace.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.trainer.graph.TrainableGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PoisonTest {
  private static final int BATCH = 20;
  private static final float[] POISONS = {
    Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY
  };

  /** Places in two batches of 20: some, but not all of either. */
  @Provide
  Arbitrary<Set<Integer>> places() {
    return Arbitraries.integers().between(0, 2 * BATCH - 1).set().ofMinSize(1).ofMaxSize(BATCH - 1);
  }

  @Property(tries = 25)
  void thoseAtFaultAreNamedAndTheStepIsThatOfTheOthers(
      @ForAll("places") Set<Integer> places, @ForAll boolean statistics) {
    // given
    TrainableGraph graph =
        statistics ? TestModels.with(true, false) : LearnerFixture.mlp(LearnerFixture.CLASSES);
    PipelineConfig config = LearnerFixture.classes("gradient_accumulation_steps: 2");
    List<float[]> rows = new LearnerFixture.Stream(31).rows(2 * BATCH);
    List<float[]> bad = poisoned(rows, places);
    try (Learner learner = Learner.create(graph, config);
        Learner clean = Learner.create(graph, config)) {
      // when
      StepResult result = learner.step(batches(bad, rows, Set.of()));
      StepResult expected = clean.step(batches(rows, rows, places));

      // then
      Set<Integer> named = new TreeSet<>();
      result.poisoned().forEach(p -> named.add(p.batch() * BATCH + p.sample()));
      assertThat(named).isEqualTo(new TreeSet<>(places));
      assertThat(result.samples()).isEqualTo(2 * BATCH - places.size());
      assertThat(result.loss()).isEqualTo(expected.loss());
      assertThat(learner.state().weights()).isEqualTo(clean.state().weights());
      assertThat(learner.state().optimizerTensors()).isEqualTo(clean.state().optimizerTensors());
      assertThat(learner.state().poisoned()).isEqualTo(places.size());
    }
  }

  @Test
  void aSampleWhosePoisonDropoutNowAndThenDropsStopsNothing() {
    // given: a sample whose pass is not finite, while its halves often are
    PipelineConfig config =
        LearnerFixture.classes("gradient_accumulation_steps: 2", "learning_rate: 1e-6");
    List<float[]> rows = new LearnerFixture.Stream(31).rows(2 * BATCH);
    List<float[]> bad = new ArrayList<>(rows);
    bad.set(7, rows.get(7).clone());
    bad.get(7)[0] = 3e38f;
    Set<Integer> named = new TreeSet<>();
    try (Learner learner = Learner.create(TestModels.with(false, true), config)) {
      // when
      for (int step = 0; step < 20; step++) {
        learner.step(batches(bad, rows, Set.of())).poisoned().forEach(p -> named.add(p.sample()));
      }
    }

    // then
    assertThat(named).contains(7);
  }

  private static List<float[]> poisoned(List<float[]> rows, Set<Integer> places) {
    List<float[]> bad = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      float[] row = rows.get(i).clone();
      if (places.contains(i)) {
        row[i % LearnerFixture.WIDTH] = POISONS[i % POISONS.length];
      }
      bad.add(row);
    }
    return bad;
  }

  /* Two batches of the rows, with correct labels, without the samples left out. */
  private static List<TrainBatchView> batches(
      List<float[]> rows, List<float[]> labelled, Set<Integer> left) {
    List<TrainBatchView> batches = new ArrayList<>();
    for (int batch = 0; batch < 2; batch++) {
      List<float[]> part = new ArrayList<>();
      List<float[]> sound = new ArrayList<>();
      for (int i = batch * BATCH; i < (batch + 1) * BATCH; i++) {
        if (!left.contains(i)) {
          part.add(rows.get(i));
          sound.add(labelled.get(i));
        }
      }
      batches.add(LearnerFixture.batch(part, LearnerFixture.labels(sound), null, batch * BATCH));
    }
    return batches;
  }

  @Example
  void aLabelThatIsNoClassIsPoison() {
    // given
    List<float[]> rows = new LearnerFixture.Stream(32).rows(4);
    TrainBatchView batch = LearnerFixture.batch(rows, new float[] {0, 3, 1.5f, 2}, null, 0);
    try (Learner learner =
        Learner.create(LearnerFixture.mlp(LearnerFixture.CLASSES), LearnerFixture.classes())) {
      // when
      StepResult result = learner.step(List.of(batch));

      // then
      assertThat(result.samples()).isEqualTo(2);
      assertThat(result.poisoned())
          .containsExactly(
              new PoisonedSample(0, 1, "label is 3.0, expected a class from 0 to 2"),
              new PoisonedSample(0, 2, "label is 1.5, expected a class from 0 to 2"));
    }
  }

  @Example
  void aWeightThatIsNoneIsPoison() {
    // given
    List<float[]> rows = new LearnerFixture.Stream(33).rows(3);
    float[] weights = {1, -1, Float.NaN};
    TrainBatchView batch = LearnerFixture.batch(rows, new float[] {0, 1, 2}, weights, 0);
    try (Learner learner =
        Learner.create(LearnerFixture.mlp(LearnerFixture.CLASSES), LearnerFixture.classes())) {
      // when
      StepResult result = learner.step(List.of(batch));

      // then
      assertThat(result.poisoned())
          .extracting(PoisonedSample::reason)
          .containsExactly("weight is -1.0", "weight is NaN");
    }
  }

  @Example
  void whereEverySampleIsAtFaultItStopsAndChangesNothing() {
    // given
    TrainableGraph graph = TestModels.with(true, false);
    List<float[]> rows = new LearnerFixture.Stream(34).rows(10);
    rows.forEach(row -> row[0] = Float.NaN);
    try (Learner learner = Learner.create(graph, LearnerFixture.classes("learning_rate: 0.5"))) {
      TrainBatchView batch = LearnerFixture.batch(rows, new float[10], null, 0);

      // then
      assertThatThrownBy(() -> learner.step(List.of(batch)))
          .isInstanceOf(DivergedException.class)
          .hasMessage(
              "step 1: the loss is not finite for all 10 samples at learning rate 0.5; the weights"
                  + " are as before the step. Lower training.learning_rate, set"
                  + " training.max_grad_norm (1.0 is common), or go back to an earlier checkpoint");
      assertThat(learner.step()).isZero();
      assertThat(learner.state().weights()).isEqualTo(graph.initialWeights());
    }
  }

  @Example
  void aBadSampleAloneInItsStepStopsNothingButThreeInARowDo() {
    // given
    LearnerFixture.Stream stream = new LearnerFixture.Stream(35);
    float[] row = stream.rows(1).get(0);
    row[0] = Float.NaN;
    TrainBatchView bad = LearnerFixture.batch(List.of(row), new float[1], null, 0);
    try (Learner learner =
        Learner.create(LearnerFixture.mlp(LearnerFixture.CLASSES), LearnerFixture.classes())) {
      double[] before = LearnerFixture.weights(learner);

      // when
      StepResult alone = learner.step(List.of(bad));

      // then
      assertThat(alone.poisoned()).hasSize(1);
      assertThat(alone.samples()).isZero();
      assertThat(alone.step()).isEqualTo(1);
      assertThat(LearnerFixture.weights(learner)).isEqualTo(before);
      learner.step(List.of(bad));
      assertThatThrownBy(() -> learner.step(List.of(bad))).isInstanceOf(DivergedException.class);
    }
  }
}
