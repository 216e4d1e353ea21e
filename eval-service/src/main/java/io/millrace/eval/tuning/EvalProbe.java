package io.millrace.eval.tuning;

import io.millrace.eval.models.OpenModel;
import io.millrace.schemas.config.EvaluationConfig;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.schemas.tuning.CeilingSearch;
import io.millrace.schemas.tuning.DeviceMemory;
import io.millrace.schemas.tuning.Durations;
import io.millrace.schemas.tuning.MemoryTrial;
import io.millrace.schemas.tuning.Speed;
import io.millrace.schemas.tuning.TuningSamples;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.IntConsumer;

/**
 * Scores given samples with a pipeline's model, at any batch size, as evaluation does. Each call
 * opens and closes its own session, so that no memory of an earlier size remains. Confined to one
 * thread.
 */
public final class EvalProbe {
  private static final int WARMUP_BATCHES = 2;
  private static final int LEAST_BATCHES = 5;

  private final byte[] onnx;
  private final EvaluationConfig config;
  private final TuningSamples samples;
  private final IntConsumer guard;

  /**
   * @param onnx the model; its weights do not matter
   */
  public EvalProbe(byte[] onnx, EvaluationConfig config, TuningSamples samples) {
    this(onnx, config, samples, size -> {});
  }

  /**
   * @param guard called with each size before it is tried; throws an {@link OutOfMemoryError} if
   *     memory does not suffice
   */
  EvalProbe(byte[] onnx, EvaluationConfig config, TuningSamples samples, IntConsumer guard) {
    this.onnx = onnx;
    this.config = config;
    this.samples = samples;
    this.guard = guard;
  }

  /**
   * The most samples that a device can score at once.
   *
   * @param most the largest size to try
   * @param slow no larger size is tried after a batch that takes longer, including the layout of
   *     its inputs
   */
  public CeilingSearch.BatchCeiling ceiling(int most, Duration slow, DeviceMemory memory) {
    return CeilingSearch.find(
        most, new MemoryTrial(memory, slow, this::tryBatch, OpenModel::isOutOfMemory));
  }

  private void tryBatch(int batch) {
    guard.accept(batch);
    try (OpenModel model = OpenModel.open(onnx, config, rows(batch))) {
      model.score();
    }
  }

  /** Measures the speed of batches of a size, over at least five batches and at least this time. */
  public Speed speed(int batch, Duration atLeast, DeviceMemory memory) {
    Durations durations = new Durations();
    OptionalLong bytes = memory.peakWhile(() -> time(batch, atLeast, durations));
    return Speed.of(batch, batch, durations, bytes);
  }

  private void time(int batch, Duration atLeast, Durations durations) {
    try (OpenModel model = OpenModel.open(onnx, config, rows(batch))) {
      for (int i = 0; i < WARMUP_BATCHES; i++) {
        model.score();
      }
      while (durations.count() < LEAST_BATCHES || durations.totalNanos() < atLeast.toNanos()) {
        long start = System.nanoTime();
        model.score();
        durations.add(System.nanoTime() - start);
      }
    }
  }

  private Rows rows(int count) {
    TrainBatchView batch = samples.batch(0, count);
    Rows rows = new Rows(samples.inputs(), count);
    for (int i = 0; i < batch.inputs(); i++) {
      if (batch.isInteger(i)) {
        rows.integers(i).put(0, batch.data(i).asLongBuffer(), 0, count * batch.width(i));
      } else {
        rows.floats(i).put(0, batch.data(i).asFloatBuffer(), 0, count * batch.width(i));
      }
    }
    return rows;
  }
}
