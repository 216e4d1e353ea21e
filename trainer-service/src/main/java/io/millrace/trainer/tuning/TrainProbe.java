package io.millrace.trainer.tuning;

import ai.djl.engine.EngineException;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.TrainingConfig;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.schemas.tuning.CeilingSearch;
import io.millrace.schemas.tuning.DeviceMemory;
import io.millrace.schemas.tuning.Durations;
import io.millrace.schemas.tuning.MemoryTrial;
import io.millrace.schemas.tuning.Speed;
import io.millrace.schemas.tuning.TuningSamples;
import io.millrace.trainer.graph.TrainableGraph;
import io.millrace.trainer.graph.ops.HostTensor;
import io.millrace.trainer.leading.PipelineModel;
import io.millrace.trainer.training.DivergedException;
import io.millrace.trainer.training.Learner;
import io.millrace.trainer.training.MemoryGuard;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Trains a pipeline's model on given samples, at any batch size. Each call trains a new model from
 * the initial weights and frees it. Confined to one thread.
 */
public final class TrainProbe {
  private static final int WARMUP_STEPS = 2;
  private static final int MIN_STEPS = 3;

  private final LoadedPipeline pipeline;
  private final TuningSamples samples;
  private final MemoryGuard guard;

  public TrainProbe(LoadedPipeline pipeline, TuningSamples samples) {
    this(pipeline, samples, size -> {});
  }

  TrainProbe(LoadedPipeline pipeline, TuningSamples samples, MemoryGuard guard) {
    this.pipeline = pipeline;
    this.samples = samples;
    this.guard = guard;
  }

  /** Observes a run. Called on the thread of the run. */
  public interface ProbeListener {
    /** Whether the run continues; called before each step. */
    boolean shouldContinue();

    /**
     * A batch was scored and is the next to be trained on.
     *
     * @param outputs float32 [batch, width], the model's first output in evaluation mode
     */
    void onScored(TrainBatchView batch, FloatBuffer outputs, int width);
  }

  /**
   * The largest number of samples that a device can take in one step.
   *
   * @param maxBatch the largest size to try
   * @param slowStep if a step takes longer, no larger size is tried
   */
  public CeilingSearch.BatchCeiling ceiling(int maxBatch, Duration slowStep, DeviceMemory memory) {
    return CeilingSearch.find(
        maxBatch, new MemoryTrial(memory, slowStep, this::tryStep, TrainProbe::isOutOfMemory));
  }

  private void tryStep(int batch) {
    try (Learner learner = learner(current(batch))) {
      learner.step(next(learner, batch, 0, Integer.MAX_VALUE));
    }
  }

  private static boolean isOutOfMemory(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof EngineException engine && MemoryGuard.isOutOfMemory(engine)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The speed of steps of a size, measured over at least three steps and at least this duration.
   */
  public Speed speed(int batch, Duration minDuration, DeviceMemory memory) {
    Durations durations = new Durations();
    int[] perStep = {0};
    OptionalLong bytes = memory.peakWhile(() -> perStep[0] = time(batch, minDuration, durations));
    return Speed.of(batch, perStep[0], durations, bytes);
  }

  private int time(int batch, Duration minDuration, Durations durations) {
    try (Learner learner = learner(current(batch))) {
      int perStep = 0;
      for (int step = 0; ; step++) {
        int at = (int) ((long) step * batch * learner.batchesPerStep() % samples.size());
        List<TrainBatchView> batches = next(learner, batch, at, Integer.MAX_VALUE);
        long start = System.nanoTime();
        learner.step(batches);
        perStep = batch * batches.size();
        if (step >= WARMUP_STEPS) {
          durations.add(System.nanoTime() - start);
        }
        if (durations.count() >= MIN_STEPS && durations.totalNanos() >= minDuration.toNanos()) {
          return perStep;
        }
      }
    } catch (DivergedException e) {
      // the learning rate was chosen for another batch size; the measured times are valid
      if (durations.count() == 0) {
        throw e;
      }
      return batch;
    }
  }

  /**
   * Trains on the first samples, and scores each batch before training on it.
   *
   * @param count how many samples
   * @return true if all samples were used, false if the listener ended the run
   * @throws DivergedException if training diverges at this setting
   */
  public boolean run(TrainSetting setting, int count, ProbeListener listener) {
    try (Learner learner = learner(setting)) {
      int at = 0;
      while (at < count) {
        if (!listener.shouldContinue()) {
          return false;
        }
        List<TrainBatchView> batches = next(learner, setting.batch(), at, count);
        for (TrainBatchView batch : batches) {
          HostTensor outputs = learner.score(batch);
          FloatBuffer floats = FloatBuffer.wrap(Outputs.floats(outputs));
          listener.onScored(batch, floats, floats.capacity() / batch.size());
        }
        learner.step(batches);
        at += batches.stream().mapToInt(TrainBatchView::size).sum();
      }
      return true;
    }
  }

  /**
   * The gradient noise scale at the pipeline's own settings, measured along the first samples.
   *
   * @param count how many samples
   */
  public NoiseScale noiseScale(int count) {
    TrainSetting setting = current(pipeline.config().training().perDeviceTrainBatchSize());
    try (Learner learner = learner(setting)) {
      return new NoiseProbe(learner, samples, setting.batch())
          .measureAlong(Math.min(count, samples.size()));
    }
  }

  /** How many train batches a step takes: devices times accumulation. */
  public int batchesPerStep() {
    try (Learner learner = learner(current(1))) {
      return learner.batchesPerStep();
    }
  }

  /** Whether the seed changes the trained model. It does not for a user's model without dropout. */
  public boolean isSeeded() {
    return pipeline.modelPath().isEmpty() || PipelineModel.initial(pipeline).hasDropout();
  }

  /** The model before any step, as evaluation loads it: the bytes of an ONNX file. */
  public byte[] initialModel() {
    TrainableGraph graph = PipelineModel.initial(pipeline);
    return graph.write(graph.initialWeights());
  }

  private TrainSetting current(int batch) {
    TrainingConfig training = pipeline.config().training();
    return new TrainSetting(batch, training.learningRate(), training.seed());
  }

  private Learner learner(TrainSetting setting) {
    TrainingConfig training =
        pipeline
            .config()
            .training()
            .with(setting.batch(), setting.learningRate(), setting.seed(), false);
    LoadedPipeline tried =
        new LoadedPipeline(
            pipeline.config().with(training), pipeline.directory(), pipeline.warnings());
    return Learner.create(PipelineModel.initial(tried), tried.config(), guard);
  }

  /* The batches of a step. At the end of the samples the last one may be short or missing. */
  private List<TrainBatchView> next(Learner learner, int batch, int from, int end) {
    List<TrainBatchView> batches = new ArrayList<>();
    int at = from;
    for (int i = 0; i < learner.batchesPerStep() && at < end; i++) {
      int count = Math.min(batch, end - at);
      batches.add(samples.batch(at, count));
      at += count;
    }
    return batches;
  }
}
