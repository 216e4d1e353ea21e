package io.millrace.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.config.ModelConfig;
import io.millrace.schemas.config.ModelConfig.LossName;
import io.millrace.schemas.config.ModelConfig.Output;
import io.millrace.schemas.config.Task;
import io.millrace.schemas.proto.Sums;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final ModelConfig MODEL = SampleModels.of(Output.LOGITS, LossName.AUTO);

  @Test
  void fourSamplesOfABinaryLabelGiveTheMetricsByHand() {
    // given
    float[] logits = {2, -1, 0.5f, -2};
    float[] labels = {1, 0, 0, 1};

    // when
    Map<String, Double> metrics =
        Metrics.of(Task.BINARY, sums(SampleModels.LATE, 1, logits, labels));

    // then
    double loss = softPlus(-2) + softPlus(-1) + softPlus(0.5) + softPlus(2);
    assertThat(metrics.get("loss")).isCloseTo(loss / 4, within(1e-12));
    assertThat(metrics)
        .containsEntry("accuracy", 0.5)
        .containsEntry("precision", 0.5)
        .containsEntry("recall", 0.5)
        .containsEntry("auc", 0.5)
        .containsEntry("auc_bound", 0.0)
        .containsEntry("accuracy_prior", 0.0)
        .containsEntry("accuracy_last_label", 0.25)
        .containsEntry("kappa", 0.0)
        .containsEntry("kappa_prior", 0.5)
        .containsEntry("kappa_last_label", (0.5 - 0.25) / 0.75);
  }

  @Test
  void severalClassesAreAveragedOverThoseThatHaveAValue() {
    // given
    float[] logits = {
      3, 0, 0, 0,
      0, 3, 0, 0,
      0, 3, 0, 0,
      0, 0, 3, 0
    };
    float[] labels = {0, 1, 2, 2};

    // when
    Map<String, Double> metrics =
        Metrics.of(Task.MULTICLASS, sums(SampleModels.classes(4), 4, logits, labels));

    // then
    assertThat(metrics)
        .containsEntry("accuracy", 0.75)
        .containsEntry("precision", (1 + 0.5 + 1) / 3)
        .containsEntry("recall", (1 + 1 + 0.5) / 3)
        .containsEntry("kappa", (0.75 - 5 / 16.0) / (1 - 5 / 16.0))
        .doesNotContainKey("auc");
  }

  @Test
  void probabilitiesThatComeTrueAreCalibrated() {
    // given
    float[] logits = new float[1000];
    float[] labels = new float[1000];
    for (int i = 0; i < 1000; i++) {
      logits[i] = (float) Math.log(0.2 / 0.8);
      labels[i] = i % 5 == 0 ? 1 : 0;
    }

    // when
    Map<String, Double> true20 =
        Metrics.of(Task.BINARY, sums(SampleModels.LATE, 1, logits, labels));
    for (int i = 0; i < 100; i++) {
      labels[i] = 1;
    }
    Map<String, Double> true28 =
        Metrics.of(Task.BINARY, sums(SampleModels.LATE, 1, logits, labels));

    // then
    assertThat(true20.get("ece")).isCloseTo(0, within(1e-6));
    assertThat(true28.get("ece")).isCloseTo(0.08, within(1e-6));
    assertThat(true20.get("brier")).isCloseTo(0.16, within(1e-6));
  }

  @Test
  void aScoreThatIsNotFiniteIsCountedAndSpoilsNoSum() {
    // given
    float[] logits = {2, Float.NaN, Float.NEGATIVE_INFINITY};
    float[] labels = {1, 1, 1};

    // when
    Sums sums = sums(SampleModels.LATE, 1, logits, labels);

    // then
    assertThat(sums.getCount()).isEqualTo(3);
    assertThat(sums.getNotFinite()).isEqualTo(2);
    assertThat(Metrics.of(Task.BINARY, sums)).containsEntry("not_finite", 2 / 3.0);
    assertThat(Metrics.of(Task.BINARY, sums).get("loss")).isCloseTo(softPlus(-2), within(1e-12));
  }

  @Test
  void withoutSamplesThereAreNoMetrics() {
    for (LabelConfig label :
        new LabelConfig[] {
          SampleModels.LATE, SampleModels.DELAY, SampleModels.classes(3), SampleModels.classes(100)
        }) {
      assertThat(Metrics.of(label.task(), new Tally(label).toProto())).isEmpty();
      assertThat(Metrics.of(label.task(), Sums.getDefaultInstance())).isEmpty();
    }
  }

  @Test
  void aClearedTallyIsAsNew() {
    // given
    Tally tally = new ScoredRow(SampleModels.LATE, 100, 1).tally();

    // when
    tally.clear();

    // then
    assertThat(tally.isEmpty()).isTrue();
    assertThat(tally.toProto()).isEqualTo(new Tally(SampleModels.LATE).toProto());
  }

  @Test
  void addingASampleMakesNoObject() {
    // given
    ScoredRow scored = new ScoredRow(SampleModels.classes(5), 1000, 1);
    Tally tally = scored.tally();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    // when
    for (int i = 0; i < 100_000; i++) {
      scored.addTo(tally, i % 1000);
    }

    // then
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000);
  }

  private static double softPlus(double x) {
    return Math.log1p(Math.exp(x));
  }

  private static Sums sums(LabelConfig label, int width, float[] outputs, float[] labels) {
    Tally tally = new Tally(label);
    RowScore score = RowScore.of(MODEL, label, width);
    Baselines baselines = Baselines.of(MODEL, label, labels.length);
    BaselineState state = BaselineState.start(label);
    for (int row = 0; row < labels.length; row++) {
      baselines.testThenLearn(row, state, labels[row], 1);
      score.read(FloatBuffer.wrap(outputs), row, labels[row]);
      tally.add(score, 1, baselines, row, row);
    }
    return tally.toProto();
  }
}
