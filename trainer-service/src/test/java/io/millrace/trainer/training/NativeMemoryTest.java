package io.millrace.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.millrace.schemas.features.rows.TrainBatchView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeMemoryTest {
  @ParameterizedTest
  @Tag("slow")
  @ValueSource(strings = {"sgd", "adam", "adamw", "adagrad", "rmsprop"})
  void aThousandStepsKeepNoArray(String optimizer) {
    // given: dropout, running statistics, a poisoned sample now and then
    LearnerFixture.Stream stream = new LearnerFixture.Stream(51);
    List<float[]> bad = stream.rows(20);
    bad.get(7)[0] = Float.NaN;
    TrainBatchView poisoned = LearnerFixture.batch(bad, new float[20], null, 0);
    List<TrainBatchView> batches = stream.batches(20, 20);
    try (Learner learner =
        Learner.create(
            TestModels.with(true, true),
            LearnerFixture.classes("optim: " + optimizer, "momentum: 0.5", "weight_decay: 0.1"))) {
      learner.step(List.of(poisoned));
      learner.step(List.of(batches.get(0)));
      int before = liveArrays();

      // when
      for (int step = 0; step < 1000; step++) {
        learner.step(List.of(step % 100 == 50 ? poisoned : batches.get(step % 20)));
      }
      learner.state();

      // then
      assertThat(before).isPositive();
      assertThat(liveArrays()).isEqualTo(before);
    }
  }

  /* All native arrays of this process, whatever their owner. */
  private static int liveArrays() {
    try (NDManager manager = NDManager.newBaseManager(null, "PyTorch")) {
      return manager.getParentManager().getManagedArrays().size();
    }
  }

  @Test
  @Tag("long")
  void aHundredThousandStepsLeaveMemoryAndStepTimeFlat() throws IOException {
    // given
    List<TrainBatchView> batches = new LearnerFixture.Stream(52).batches(100, 50);
    List<Long> residentKib = new ArrayList<>();
    List<Double> stepMicros = new ArrayList<>();
    try (Learner learner = Learner.create(TestModels.with(true, true), LearnerFixture.classes())) {
      // when
      for (int point = 1; point <= 10; point++) {
        long start = System.nanoTime();
        for (int step = 0; step < 10_000; step++) {
          learner.step(List.of(batches.get(step % batches.size())));
        }
        stepMicros.add((System.nanoTime() - start) / 10_000 / 1e3);
        residentKib.add(residentKib());
        System.out.printf(
            "step %d: %.1f us a step, %d KiB resident%n",
            learner.step(), stepMicros.get(point - 1), residentKib.get(point - 1));
      }
    }

    // then: the heap may still grow at first; in the second half nothing may
    assertThat(residentKib.get(9)).isLessThan(residentKib.get(4) + 32 * 1024);
  }

  private static long residentKib() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .sum();
  }
}
