package io.millrace.trainer.training.bench;

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
import java.util.Arrays;
import java.util.Iterator;

/**
 * DJL's own {@code Trainer}, blocks, loss and Adam, as its documentation writes the loop; without
 * listeners and metrics. Starts from the graph's weights.
 */
final class DjlRival implements Rival {
  private final SyntheticSamples samples;
  private final int batchSize;
  private final Model model;
  private final Trainer trainer;
  private int next;

  DjlRival(BenchSetup setup) {
    samples = setup.samples();
    batchSize = setup.batchSize();
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
    trainer.initialize(new Shape(batchSize, samples.features()));
    load(block, setup);
  }

  /* Blocks and graph list weight [out, in], bias, weight, bias in the same order. */
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
    int from = next * batchSize;
    next = (next + 1) % (samples.size() / batchSize);
    int width = samples.features();
    double loss;
    try (NDManager scope = trainer.getManager().newSubManager();
        GradientCollector collector = trainer.newGradientCollector()) {
      float[] rows = Arrays.copyOfRange(samples.values(), from * width, (from + batchSize) * width);
      long[] labels = Arrays.copyOfRange(samples.labels(), from, from + batchSize);
      NDList data = new NDList(scope.create(rows, new Shape(batchSize, width)));
      NDList expected = new NDList(scope.create(labels));
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
