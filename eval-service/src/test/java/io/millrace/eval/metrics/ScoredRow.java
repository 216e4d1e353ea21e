package io.millrace.eval.metrics;

import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.config.ModelConfig;
import io.millrace.schemas.config.ModelConfig.LossName;
import io.millrace.schemas.config.ModelConfig.Output;
import io.millrace.schemas.config.Task;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/** Random samples of one partition, with a model's outputs that are worth something. */
final class ScoredRow {
  final LabelConfig label;
  final FloatBuffer outputs;
  final float[] labels;
  final float[] weights;
  final Baselines baselines;
  final RowScore score;

  ScoredRow(LabelConfig label, int rows, long seed) {
    this.label = label;
    SplittableRandom random = new SplittableRandom(seed);
    boolean value = label.task() == Task.REGRESSION;
    int width = label.task() == Task.MULTICLASS ? label.classes() : 1;
    ModelConfig model = SampleModels.of(value ? Output.VALUE : Output.LOGITS, LossName.AUTO);
    outputs = FloatBuffer.allocate(rows * width);
    labels = new float[rows];
    weights = new float[rows];
    baselines = Baselines.of(model, label, rows);
    score = RowScore.of(model, label, width);
    BaselineState state = BaselineState.start(label);
    for (int row = 0; row < rows; row++) {
      labels[row] = value ? (float) random.nextGaussian() : random.nextInt(label.classes());
      weights[row] = random.nextInt(4) * 0.5f;
      for (int i = 0; i < width; i++) {
        double signal = width == 1 ? labels[row] : labels[row] == i ? 1 : 0;
        outputs.put(row * width + i, (float) (signal + random.nextGaussian()));
      }
      baselines.testThenLearn(row, state, labels[row], weights[row]);
    }
  }

  int rows() {
    return labels.length;
  }

  void addTo(Tally tally, int row) {
    score.read(outputs, row, labels[row]);
    tally.add(score, weights[row], baselines, row, row);
  }

  Tally tally() {
    Tally tally = new Tally(label);
    for (int row = 0; row < rows(); row++) {
      addTo(tally, row);
    }
    return tally;
  }
}
