package io.millrace.trainer.training;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.TrainingConfig;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.schemas.threads.ThreadOwner;
import io.millrace.trainer.graph.ParameterVector;
import io.millrace.trainer.graph.TrainableGraph;
import io.millrace.trainer.graph.ops.GraphException;
import io.millrace.trainer.graph.ops.HostTensor;
import io.millrace.trainer.graph.ops.Residents;
import io.millrace.trainer.torch.Torch;
import io.millrace.trainer.training.Passes.PassSums;
import io.millrace.trainer.training.losses.Loss;
import io.millrace.trainer.training.optimizers.GradientNorm;
import io.millrace.trainer.training.optimizers.LearningRate;
import io.millrace.trainer.training.optimizers.Optimizer;
import io.millrace.trainer.training.optimizers.Vectors;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a model, a step at a time. Weights after a step depend on the state before it, the
 * settings and the step's batches, and on nothing else; on one CPU type bit for bit.
 *
 * <p>Confined to the thread that takes its first step or computes its first output. Owns native
 * memory until closed. After an exception from {@link #step}, only {@link #close} may be called.
 */
public final class Learner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Learner.class);
  private static final int ALONE_LIMIT = 3;
  private static final int SEARCH_LIMIT = 8;

  /*
   * A step runs its passes, and changes the weights only if all results are finite. If memory runs
   * out, or a sample poisons the sum, the running statistics are restored and the passes run again
   * from the start, smaller or without the sample. The result is therefore the same as if the step
   * had been planned that way at once.
   */
  private final TrainingConfig training;
  private final Devices devices;
  private final List<Replica> replicas;
  private final Passes passes;
  private final PoisonSearch poison;
  private final GradientNorm norm;
  private final LearningRate schedule;
  private final Optimizer optimizer;
  private final PassCeiling ceiling;
  private final ThreadOwner owner = new ThreadOwner("the learner");
  private boolean isPinned;
  private long step;
  private int failedAlone;
  private long samples;
  private long poisoned;

  private Learner(
      TrainableGraph graph, PipelineConfig config, Devices devices, MemoryGuard memory) {
    this.training = config.training();
    this.devices = devices;
    List<InputBinding> inputs = InputBinding.of(graph.inputs(), InputSpec.of(config.features()));
    Loss loss = Loss.of(config.model(), config.label());
    replicas = devices.replicas().stream().map(d -> new Replica(graph, d, inputs, loss)).toList();
    passes = new Passes(replicas, memory, training.seed());
    poison = new PoisonSearch(passes, loss);
    schedule = LearningRate.of(training);
    Replica first = replicas.get(0);
    Vectors vectors =
        new Vectors(first.manager(), first.parameters().size(), first.parameters().type());
    norm = new GradientNorm(training.maxGradNorm(), vectors);
    optimizer = Optimizer.of(training, vectors);
    ceiling = new PassCeiling(training.autoFindBatchSize(), training.perDeviceTrainBatchSize());
  }

  /**
   * A learner at step 0, with the model's weights.
   *
   * @throws TrainingException if graph and settings are incompatible; the message names what to
   *     change
   */
  public static Learner create(TrainableGraph graph, PipelineConfig config) {
    return create(graph, config, size -> {});
  }

  /** As above, but checks free device memory before each pass. */
  public static Learner create(TrainableGraph graph, PipelineConfig config, MemoryGuard memory) {
    int gpus = PyTorch.engine().getGpuCount();
    return create(graph, config, Devices.of(config.training().device(), gpus), memory);
  }

  static Learner create(
      TrainableGraph graph, PipelineConfig config, Devices devices, MemoryGuard memory) {
    if (graph.parameters().isEmpty()) {
      throw new TrainingException(
          "the model has no parameters to train; see model.trainable and model.frozen:\n"
              + graph.describe());
    }
    announce(graph);
    return new Learner(graph, config, devices, memory);
  }

  private static void announce(TrainableGraph graph) {
    LOG.atInfo().addKeyValue("initializers", graph.describe()).log("model loaded");
    if (graph.hasBatchNormalization()) {
      LOG.info(
          "the model has BatchNormalization: its statistics are those of one pass on one"
              + " device, so more devices, or a split after memory ran out, change them");
    }
  }

  /** How many train batches a step takes: devices times accumulation. */
  public int batchesPerStep() {
    return Math.multiplyExact(devices.count(), training.gradientAccumulationSteps());
  }

  /** The devices it trains on, resolved: e.g. {@code cpu() x 2}, or {@code gpu(0), gpu(1)}. */
  public String devices() {
    String names =
        devices.replicas().stream().map(Object::toString).collect(Collectors.joining(", "));
    return devices.count() == devices.replicas().size() ? names : names + " x " + devices.count();
  }

  /** How many steps have been taken. */
  public long step() {
    return step;
  }

  /**
   * The largest number of samples per pass, learned when memory ran out; 0 if no limit is known.
   */
  public int ceiling() {
    return ceiling.orZero();
  }

  /**
   * Limits the samples per pass from now on: for a replay, before the step in which memory ran out
   * originally.
   *
   * @param samples 0: no limit
   */
  public void limitPasses(int samples) {
    ceiling.restore(samples);
  }

  /**
   * Takes one step. If no sample is left to train on, or all sample weights are 0, the step counts
   * but changes no weights.
   *
   * @param batches 1 to {@link #batchesPerStep()}, in log order
   * @throws DivergedException if loss or gradient is not finite for every sample; the weights are
   *     unchanged
   * @throws TrainingException if memory is insufficient
   * @throws GraphException if the model's output has the wrong shape for the label
   */
  public StepResult step(List<TrainBatchView> batches) {
    requireBatches(batches);
    claimThread();
    SortedSet<PoisonedSample> faults = new TreeSet<>(poison.invalid(batches));
    RunningStatistics statistics = replicas.get(0).statistics();
    statistics.save();
    for (int splits = 0; ; splits++) {
      try {
        return finish(attempt(batches, faults), faults, splits);
      } catch (EngineException e) {
        statistics.restore();
        ceiling.shrink(e, passes.lastPassSize(), step + 1);
      } catch (RuntimeException e) {
        statistics.restore();
        throw e;
      }
    }
  }

  private void requireBatches(List<TrainBatchView> batches) {
    if (batches.isEmpty() || batches.size() > batchesPerStep()) {
      throw new IllegalArgumentException(
          "%d batches for a step, expected 1 to %d".formatted(batches.size(), batchesPerStep()));
    }
  }

  /* PyTorch's number of threads is a setting of the calling thread. */
  private void claimThread() {
    owner.claim();
    if (!isPinned) {
      Torch.setNumThreads(training.threads());
      isPinned = true;
    }
  }

  /*
   * Runs the passes until all results are finite; adds the samples at fault to faults as it finds
   * them.
   */
  private StepAttempt attempt(List<TrainBatchView> batches, SortedSet<PoisonedSample> faults) {
    for (int searches = 0; ; searches++) {
      StepPlan plan = StepPlan.of(batches, faults, ceiling.samples());
      PassSums sums = passes.run(plan.passes(), plan.scale(), step + 1);
      if (sums.isFinite()) {
        return new StepAttempt(plan, sums);
      }
      if (searches == SEARCH_LIMIT) {
        throw new DivergedException(step + 1, schedule.at(step), plan.samples(), sums.problem());
      }
      faults.addAll(search(plan, sums));
      replicas.get(0).statistics().restore();
    }
  }

  private record StepAttempt(StepPlan plan, PassSums sums) {}

  private List<PoisonedSample> search(StepPlan plan, PassSums sums) {
    List<PoisonedSample> found = poison.search(plan, step + 1);
    boolean all = found.size() == plan.samples();
    failedAlone = all ? failedAlone + 1 : 0;
    // a single sample may be at fault; if several fail at once or in succession, the weights are
    if (found.isEmpty() || (all && (plan.samples() > 1 || failedAlone >= ALONE_LIMIT))) {
      throw new DivergedException(step + 1, schedule.at(step), plan.samples(), sums.problem());
    }
    return found;
  }

  private StepResult finish(StepAttempt attempt, SortedSet<PoisonedSample> faults, int splits) {
    StepPlan plan = attempt.plan();
    PassSums sums = attempt.sums();
    double learningRate = schedule.at(step);
    if (plan.totalWeight() > 0) {
      update(sums.gradientNorm(), learningRate);
      failedAlone = 0;
    }
    step++;
    samples += plan.samples();
    poisoned += faults.size();
    return new StepResult(
        step,
        sums.weightedLoss() * plan.scale(),
        sums.gradientNorm(),
        learningRate,
        plan.samples(),
        List.copyOf(faults),
        splits);
  }

  private void update(double gradientNorm, double learningRate) {
    ParameterVector parameters = replicas.get(0).parameters();
    try {
      norm.clip(parameters.gradient(), gradientNorm);
      optimizer.update(parameters.values(), parameters.gradient(), learningRate, step + 1);
      replicas.stream().skip(1).forEach(replica -> replica.copyFrom(replicas.get(0)));
    } catch (EngineException e) {
      throw new TrainingException(
          "step %d: the optimizer failed midway, so the weights in memory are lost (%s); resume"
                  .formatted(step + 1, e.getMessage())
              + " from the last checkpoint",
          e);
    }
  }

  /**
   * The model's current outputs, in evaluation mode.
   *
   * @param batch the input; null for one row of zeros
   */
  public Probe probe(@Nullable TrainBatchView batch) {
    claimThread();
    return replicas.get(0).probe(batch);
  }

  /**
   * The model's current outputs for a batch, in evaluation mode. Changes nothing.
   *
   * @return the first output
   */
  public HostTensor score(TrainBatchView batch) {
    claimThread();
    return replicas.get(0).score(batch);
  }

  /**
   * The L2 norm of the gradient over all samples of some batches, at the current weights, in
   * training mode and before clipping. Changes nothing.
   *
   * @param batches any number of them
   * @return not finite if a sample makes it so
   */
  public double gradientNorm(List<TrainBatchView> batches) {
    claimThread();
    RunningStatistics statistics = replicas.get(0).statistics();
    statistics.save();
    try {
      StepPlan plan = StepPlan.of(batches, Collections.emptySortedSet(), ceiling.samples());
      return passes.run(plan.passes(), plan.scale(), step + 1).gradientNorm();
    } finally {
      statistics.restore();
    }
  }

  /** A copy of the complete state, in host memory. */
  public LearnerState state() {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    optimizer.tensors().forEach((name, array) -> tensors.put(name, Residents.download(array)));
    return new LearnerState(
        replicas.get(0).runner().snapshot(),
        optimizerName(),
        tensors,
        step,
        ceiling.orZero(),
        samples,
        poisoned);
  }

  /**
   * Continues from a state.
   *
   * @throws TrainingException if it is the state of another optimizer, or has other tensors;
   *     nothing has changed
   * @throws IllegalArgumentException if its weights belong to another model; nothing has changed
   */
  public void restore(LearnerState state) {
    Map<String, PtNDArray> tensors = optimizer.tensors();
    requireSame(state, tensors);
    replicas.forEach(replica -> replica.runner().load(state.weights()));
    state
        .optimizerTensors()
        .forEach(
            (name, value) -> Residents.overwrite(Objects.requireNonNull(tensors.get(name)), value));
    step = state.step();
    ceiling.restore(state.ceiling());
    samples = state.samples();
    poisoned = state.poisoned();
    failedAlone = 0;
  }

  private void requireSame(LearnerState state, Map<String, PtNDArray> tensors) {
    boolean same =
        state.optimizer().equals(optimizerName())
            && tensors.keySet().equals(state.optimizerTensors().keySet());
    for (Map.Entry<String, PtNDArray> tensor : tensors.entrySet()) {
      HostTensor given = state.optimizerTensors().get(tensor.getKey());
      same &= given != null && given.shape().equals(tensor.getValue().getShape());
      same &= given != null && given.type() == tensor.getValue().getDataType();
    }
    if (!same) {
      throw new TrainingException(
          "the state is of optimizer %s with %s, the settings require %s with %s of %d values; resume"
                  .formatted(
                      state.optimizer(),
                      state.optimizerTensors(),
                      optimizerName(),
                      tensors.keySet(),
                      replicas.get(0).parameters().size())
              + " with the settings and the model that the checkpoint was written with");
    }
  }

  private String optimizerName() {
    return training.optim().name().toLowerCase(Locale.ROOT);
  }

  /** Frees weights and optimizer state. */
  @Override
  public void close() {
    replicas.forEach(Replica::close);
  }
}
