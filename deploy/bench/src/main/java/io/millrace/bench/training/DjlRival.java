package io.millrace.bench.training;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.millrace.trainer.graph.ops.HostTensor;
import io.millrace.trainer.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * DJL's own {@code Trainer}, blocks, loss and Adam, in the loop of its documentation, without
 * listeners and metrics. Starts from the graph's weights.
 */
final class DjlRival implements Rival {
  private final List<HeapBatch> batches = new ArrayList<>();
  private final Model model;
  private final Trainer trainer;
  private int next;

  private record HeapBatch(float[] rows, Shape shape, long[] labels) {}

  DjlRival(BenchSetup setup) {
    Torch.setNumThreads(setup.config().training().threads());
    SyntheticSamples samples = setup.samples();
    for (int from = 0; from + setup.batchSize() <= samples.size(); from += setup.batchSize()) {
      batches.add(batch(samples, from, from + setup.batchSize()));
    }
    SequentialBlock block = new SequentialBlock();
    for (int width : BenchSetup.HIDDEN) {
      block.add(Linear.builder().setUnits(width).build()).add(Activation.reluBlock());
    }
    block.add(Linear.builder().setUnits(BenchSetup.CLASSES).build());
    model = Model.newInstance("bench", Device.cpu(), "PyTorch");
    model.setBlock(block);
    trainer =
        model.newTrainer(
            new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(
                    Optimizer.adam()
                        .optLearningRateTracker(Tracker.fixed(BenchSetup.LEARNING_RATE))
                        .build()));
    trainer.initialize(batches.get(0).shape());
    load(block, setup);
  }

  private static HeapBatch batch(SyntheticSamples samples, int from, int to) {
    int width = samples.features();
    return new HeapBatch(
        Arrays.copyOfRange(samples.values(), from * width, to * width),
        new Shape(to - from, width),
        Arrays.copyOfRange(samples.labels(), from, to));
  }

  /* The blocks and the graph list weight [out, in], bias, weight, bias in the same order. */
  private void load(SequentialBlock block, BenchSetup setup) {
    Iterator<HostTensor> ours = setup.graph().initialWeights().values().iterator();
    NDManager manager = model.getNDManager();
    for (Parameter parameter : block.getParameters().values()) {
      HostTensor tensor = ours.next();
      try (NDArray given = manager.create(tensor.floats(), tensor.shape());
          NDArray turned =
              given.getShape().dimension() == 2 ? given.transpose() : given.duplicate();
          NDArray target = parameter.getArray().stopGradient()) {
        target.set(new NDIndex("..."), given);
      }
    }
  }

  @Override
  public double step(boolean wantsLoss) {
    HeapBatch batch = batches.get(next);
    next = (next + 1) % batches.size();
    double loss;
    try (NDManager scope = trainer.getManager().newSubManager();
        GradientCollector collector = trainer.newGradientCollector()) {
      NDList data = new NDList(scope.create(batch.rows(), batch.shape()));
      NDList expected = new NDList(scope.create(batch.labels()));
      NDArray value = trainer.getLoss().evaluate(expected, trainer.forward(data));
      collector.backward(value);
      loss = wantsLoss ? value.getFloat() : 0;
    }
    trainer.step();
    return loss;
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }
}
