package io.millrace.trainer.graph;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.trainer.torch.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Prints passes per second, forward and backward, of an ONNX graph and of the same MLP (54-64-32-7)
 * written by hand as DJL blocks. One thread; medians of five alternating rounds.
 */
public final class GraphFigures {
  private static final int ROUNDS = 5;
  private static final long ROUND_NANOS = 1_000_000_000L;

  private GraphFigures() {}

  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) {
    System.setProperty("OPT_OUT_TRACKING", "true");
    Engine.getInstance();
    Torch.setNumThreads(1);
    for (int batch : new int[] {1, 50, 512}) {
      double[][] rates = measure(batch);
      System.out.printf(
          Locale.ROOT,
          "batch %d: graph %,.0f passes/s (%,.0f to %,.0f), DJL blocks %,.0f (%,.0f to %,.0f), ratio %.2f%n",
          batch,
          rates[0][2],
          rates[0][0],
          rates[0][4],
          rates[1][2],
          rates[1][0],
          rates[1][4],
          rates[0][2] / rates[1][2]);
    }
  }

  private static double[][] measure(int batch) {
    byte[] onnx =
        Recipes.mlp(List.of(new InputSpec("x", false, 54, List.of())), 1, List.of(64, 32), 7, 1);
    SequentialBlock block = block();
    try (NDManager manager = NDManager.newBaseManager(Device.cpu());
        GraphRunner graph =
            TrainableGraph.parse(onnx, ParameterSelection.byUse()).newRunner(manager)) {
      NDArray x = manager.randomNormal(new Shape(batch, 54));
      block.initialize(manager, DataType.FLOAT32, x.getShape());
      block.getParameters().values().forEach(p -> p.getArray().setRequiresGradient(true));
      ParameterStore store = new ParameterStore(manager, false);
      UnaryOperator<NDList> byHand = in -> block.forward(store, in, true);
      double[][] rates = new double[2][ROUNDS];
      rate(x, in -> graph.forward(in.getManager(), in, true, 0));
      rate(x, byHand);
      for (int round = 0; round < ROUNDS; round++) {
        rates[0][round] = rate(x, in -> graph.forward(in.getManager(), in, true, 0));
        rates[1][round] = rate(x, byHand);
      }
      Arrays.stream(rates).forEach(Arrays::sort);
      return rates;
    }
  }

  private static SequentialBlock block() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(64).build())
        .add(Activation.reluBlock())
        .add(Linear.builder().setUnits(32).build())
        .add(Activation.reluBlock())
        .add(Linear.builder().setUnits(7).build());
  }

  private static double rate(NDArray x, UnaryOperator<NDList> forward) {
    long passes = 0;
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < ROUND_NANOS) {
      try (NDManager scope = x.getManager().newSubManager();
          GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDList in = new NDList(x.duplicate());
        in.attach(scope);
        collector.backward(forward.apply(in).get(0).sum());
      }
      passes++;
    }
    return passes * 1e9 / (System.nanoTime() - begin);
  }
}
