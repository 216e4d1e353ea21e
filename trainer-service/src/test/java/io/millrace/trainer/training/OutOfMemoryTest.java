package io.millrace.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.trainer.graph.TrainableGraph;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class OutOfMemoryTest {
  private final List<TrainBatchView> batches = new LearnerFixture.Stream(21).batches(6, 50);

  @Test
  void aSplitStepIsTheStepThatFits() {
    // given
    PipelineConfig config = LearnerFixture.classes("optim: sgd", "learning_rate: 0.1");
    TrainableGraph graph = LearnerFixture.mlp(LearnerFixture.CLASSES);
    try (Learner small = Learner.create(graph, config, roomFor(20));
        Learner large = Learner.create(graph, config)) {
      // when
      StepResult split = small.step(batches.subList(0, 1));
      StepResult whole = large.step(batches.subList(0, 1));

      // then
      assertThat(split.splits()).isEqualTo(2);
      assertThat(split.samples()).isEqualTo(50);
      assertThat(split.loss()).isCloseTo(whole.loss(), Offset.offset(1e-6));
      assertThat(split.gradientNorm()).isCloseTo(whole.gradientNorm(), Offset.offset(1e-6));
      assertThat(LearnerFixture.weights(small))
          .containsExactly(LearnerFixture.weights(large), Offset.offset(1e-6));
    }
  }

  @Test
  void theCeilingIsRememberedAndARestartSplitsAlike() {
    // given
    PipelineConfig config = LearnerFixture.classes();
    TrainableGraph graph = TestModels.with(true, true);
    try (Learner shortOfMemory = Learner.create(graph, config, roomFor(20));
        Learner resumed = Learner.create(graph, config)) {
      shortOfMemory.step(batches.subList(0, 1));
      LearnerState learnt = shortOfMemory.state();

      // when
      resumed.restore(LearnerState.parse(learnt.optimizerBytes(), learnt.weights()));
      for (int i = 1; i < batches.size(); i++) {
        assertThat(shortOfMemory.step(batches.subList(i, i + 1)).splits()).isZero();
        resumed.step(batches.subList(i, i + 1));
      }

      // then
      assertThat(learnt.ceiling()).isEqualTo(13);
      assertThat(resumed.ceiling()).isEqualTo(13);
      assertThat(resumed.state()).isEqualTo(shortOfMemory.state());
    }
  }

  @Test
  void aReplayThatSplitsWhereMemoryOnceRanOutEndsAlike() {
    // given: memory runs out in the third step
    PipelineConfig config = LearnerFixture.classes();
    TrainableGraph graph = TestModels.with(true, true);
    try (Learner original = Learner.create(graph, config, failingOnceAt(3));
        Learner replay = Learner.create(graph, config)) {
      // when
      for (int i = 0; i < batches.size(); i++) {
        StepResult result = original.step(batches.subList(i, i + 1));
        if (result.splits() > 0) {
          replay.limitPasses(original.ceiling());
        }
        replay.step(batches.subList(i, i + 1));
      }

      // then
      assertThat(original.ceiling()).isEqualTo(25);
      assertThat(replay.state()).isEqualTo(original.state());
    }
  }

  @Test
  void runningStatisticsCountEverySampleOnceHoweverOftenAStepBegan() {
    // given: the second pass of a step fails, after the first has changed the statistics
    PipelineConfig config = LearnerFixture.classes();
    TrainableGraph graph = TestModels.with(true, true);
    try (Learner late = Learner.create(graph, config, failingOnceAt(2));
        Learner planned = Learner.create(graph, config)) {
      LearnerState start = planned.state();
      late.restore(withCeiling(start, 50));
      planned.restore(withCeiling(start, 25));

      // when
      StepResult result = late.step(List.of(new LearnerFixture.Stream(22).batch(100)));
      planned.step(List.of(new LearnerFixture.Stream(22).batch(100)));

      // then
      assertThat(result.splits()).isEqualTo(1);
      assertThat(late.state()).isEqualTo(planned.state());
    }
  }

  @Test
  void withoutPermissionToSplitItStopsAndNamesWhatToLower() {
    // given
    PipelineConfig config = LearnerFixture.classes("auto_find_batch_size: false");
    try (Learner learner =
        Learner.create(LearnerFixture.mlp(LearnerFixture.CLASSES), config, roomFor(20))) {
      // then
      assertThatThrownBy(() -> learner.step(batches.subList(0, 1)))
          .isInstanceOf(TrainingException.class)
          .hasMessage(
              "step 1: out of memory with 50 samples at once; lower"
                  + " training.per_device_train_batch_size (now 50) or set"
                  + " training.auto_find_batch_size: true");
    }
  }

  @Test
  void whereNotOneSampleFitsItStops() {
    // given
    try (Learner learner =
        Learner.create(
            LearnerFixture.mlp(LearnerFixture.CLASSES), LearnerFixture.classes(), roomFor(0))) {
      // then
      assertThatThrownBy(() -> learner.step(batches.subList(0, 1)))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("out of memory with 1 samples at once")
          .hasMessageContaining("smaller model or a larger device");
    }
  }

  @Test
  void anotherFailureOfTheEngineIsNotTakenForMemory() {
    // given
    MemoryGuard broken =
        size -> {
          throw new EngineException("device-side assert triggered");
        };
    try (Learner learner =
        Learner.create(
            LearnerFixture.mlp(LearnerFixture.CLASSES), LearnerFixture.classes(), broken)) {
      // then
      assertThatThrownBy(() -> learner.step(batches.subList(0, 1)))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("device-side assert");
    }
  }

  @Test
  void pyTorchsMessagesForOutOfMemoryAreRecognized() {
    // given
    try (ai.djl.ndarray.NDManager manager = ai.djl.ndarray.NDManager.newBaseManager()) {
      EngineException found = null;

      // when: 4 EiB
      try {
        manager.zeros(new ai.djl.ndarray.types.Shape(1L << 30, 1L << 30));
      } catch (EngineException e) {
        found = e;
      }

      // then
      assertThat(found).isNotNull();
      assertThat(MemoryGuard.isOutOfMemory(found)).as(found.getMessage()).isTrue();
    }
  }

  private static LearnerState withCeiling(LearnerState state, int ceiling) {
    return new LearnerState(
        state.weights(),
        state.optimizer(),
        state.optimizerTensors(),
        state.step(),
        ceiling,
        state.samples(),
        state.poisoned());
  }

  private static MemoryGuard roomFor(int samples) {
    return size -> {
      if (size > samples) {
        throw outOfMemory();
      }
    };
  }

  private static MemoryGuard failingOnceAt(int pass) {
    int[] passes = {0};
    return size -> {
      if (++passes[0] == pass) {
        throw outOfMemory();
      }
    };
  }

  private static EngineException outOfMemory() {
    return new EngineException("CUDA out of memory. Tried to allocate 2.00 GiB");
  }
}
