package io.millrace.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.trainer.graph.ops.HostTensor;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearnerTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"sgd, momentum: 0.9", "adam", "adamw, weight_decay: 0.01", "adagrad", "rmsprop"})
  void aFewHundredStepsLearnWhatThereIsToLearn(String optimizer) {
    // given
    LearnerFixture.Stream stream = new LearnerFixture.Stream(1);
    try (Learner learner =
        Learner.create(
            LearnerFixture.mlp(LearnerFixture.CLASSES),
            LearnerFixture.classes("learning_rate: 0.02", "optim: " + optimizer))) {

      // when
      double first = learner.step(List.of(stream.batch(50))).loss();
      double last = 0;
      for (int i = 0; i < 300; i++) {
        last = learner.step(List.of(stream.batch(50))).loss();
      }

      // then
      assertThat(first).isGreaterThan(0.9);
      assertThat(last).isLessThan(0.5);
      assertThat(learner.step()).isEqualTo(301);
    }
  }

  @Test
  void aRestoredLearnerContinuesBitForBit() {
    // given
    LearnerFixture.Stream stream = new LearnerFixture.Stream(2);
    List<TrainBatchView> batches =
        java.util.stream.Stream.generate(() -> stream.batch(50)).limit(40).toList();
    try (Learner whole =
            Learner.create(LearnerFixture.mlp(LearnerFixture.CLASSES), LearnerFixture.classes());
        Learner resumed =
            Learner.create(LearnerFixture.mlp(LearnerFixture.CLASSES), LearnerFixture.classes())) {
      batches.subList(0, 20).forEach(batch -> whole.step(List.of(batch)));
      LearnerState middle = whole.state();

      // when
      resumed.restore(LearnerState.parse(middle.optimizerBytes(), middle.weights()));
      batches.subList(20, 40).forEach(batch -> whole.step(List.of(batch)));
      batches.subList(20, 40).forEach(batch -> resumed.step(List.of(batch)));

      // then
      assertThat(resumed.state()).isEqualTo(whole.state());
    }
  }

  @Test
  void scoringAndLookingAtTheGradientMoveNothing() {
    // given: dropout and running statistics, which training would draw and change
    TrainBatchView batch = new LearnerFixture.Stream(3).batch(50);
    try (Learner looking = Learner.create(TestModels.with(true, true), LearnerFixture.classes());
        Learner plain = Learner.create(TestModels.with(true, true), LearnerFixture.classes())) {

      // when
      HostTensor scores = looking.score(batch);
      double norm = looking.gradientNorm(List.of(batch));
      double ofStep = looking.step(List.of(batch)).gradientNorm();
      plain.step(List.of(batch));

      // then
      assertThat(scores.shape()).isEqualTo(new Shape(50, LearnerFixture.CLASSES));
      assertThat(norm).isEqualTo(ofStep);
      assertThat(looking.state()).isEqualTo(plain.state());
    }
  }

  @Test
  void gradientOfManyBatchesIsThatOfTheirSamplesTogether() {
    // given
    List<TrainBatchView> parts = new LearnerFixture.Stream(4).batches(4, 25);
    TrainBatchView whole = new LearnerFixture.Stream(4).batch(100);
    try (Learner learner =
        Learner.create(LearnerFixture.mlp(LearnerFixture.CLASSES), LearnerFixture.classes())) {

      // when
      double ofParts = learner.gradientNorm(parts);
      double ofWhole = learner.gradientNorm(List.of(whole));

      // then
      assertThat(ofParts).isCloseTo(ofWhole, Percentage.withPercentage(0.01));
    }
  }
}
