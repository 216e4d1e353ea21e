package io.millrace.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.features.TrainBatchView;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearnerTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"sgd, momentum: 0.9", "adam", "adamw, weight_decay: 0.01", "adagrad", "rmsprop"})
  void aFewHundredStepsLearnWhatThereIsToLearn(String optimizer) {
    // given
    Fixture.Stream stream = new Fixture.Stream(1);
    try (Learner learner =
        Learner.create(
            Fixture.mlp(Fixture.CLASSES),
            Fixture.classes("learning_rate: 0.02", "optim: " + optimizer))) {

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
  void aRestoredLearnerGoesOnBitForBit() {
    // given
    Fixture.Stream stream = new Fixture.Stream(2);
    List<TrainBatchView> batches =
        java.util.stream.Stream.generate(() -> stream.batch(50)).limit(40).toList();
    try (Learner whole = Learner.create(Fixture.mlp(Fixture.CLASSES), Fixture.classes());
        Learner resumed = Learner.create(Fixture.mlp(Fixture.CLASSES), Fixture.classes())) {
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
}
