package io.millrace.trainer.training.optimizers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.millrace.schemas.config.TrainingConfig;
import io.millrace.trainer.training.LearnerFixture;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares with the formulas in the documentation of {@code torch.optim}, in float64. */
class OptimizersTest {
  private static final int SIZE = 40;
  private static final int STEPS = 60;

  // DJL's native Adam takes its settings as float32, so a float64 model uses those
  @ParameterizedTest
  @CsvSource({
    "sgd, 0, 0, 1e-13",
    "sgd, 0.9, 0.01, 1e-13",
    "adam, 0, 0, 1e-6",
    "adam, 0, 0.01, 1e-6",
    "adamw, 0, 0, 1e-6",
    "adamw, 0, 0.01, 1e-6",
    "adagrad, 0, 0.01, 1e-13",
    "rmsprop, 0, 0, 1e-13",
    "rmsprop, 0.9, 0.01, 1e-13"
  })
  void everyOptimizerMovesWeightsAsPyTorchDocumentsIt(
      String name, double momentum, double decay, double tolerance) {
    // given
    TrainingConfig training =
        LearnerFixture.classes("optim: " + name, "momentum: " + momentum, "weight_decay: " + decay)
            .training();
    Random random = new Random(5);
    double[] expected = random.doubles(SIZE, -1, 1).toArray();
    Reference reference = new Reference(name, momentum, decay);
    try (PtNDManager manager = (PtNDManager) NDManager.newBaseManager(null, "PyTorch")) {
      PtNDArray weights = (PtNDArray) manager.create(expected.clone());
      Optimizer optimizer = Optimizer.of(training, new Vectors(manager, SIZE, DataType.FLOAT64));

      // when
      for (int step = 1; step <= STEPS; step++) {
        double[] gradient = random.doubles(SIZE, -1, 1).toArray();
        double learningRate = 0.1 / step;
        reference.update(expected, gradient.clone(), learningRate, step);
        try (PtNDArray given = (PtNDArray) manager.create(gradient, new Shape(SIZE))) {
          optimizer.update(weights, given, learningRate, step);
        }
      }

      // then
      assertThat(weights.toDoubleArray()).containsExactly(expected, Offset.offset(tolerance));
    }
  }

  /** One weight at a time, with PyTorch's names. */
  private static final class Reference {
    private final String name;
    private final double momentum;
    private final double decay;
    private final double[] first = new double[SIZE];
    private final double[] second = new double[SIZE];

    Reference(String name, double momentum, double decay) {
      this.name = name;
      this.momentum = momentum;
      this.decay = decay;
    }

    void update(double[] weights, double[] gradient, double lr, int step) {
      for (int i = 0; i < SIZE; i++) {
        if (name.equals("adamw")) {
          weights[i] -= lr * decay * weights[i];
        } else {
          gradient[i] += decay * weights[i];
        }
        weights[i] -= lr * direction(i, gradient[i], step);
      }
    }

    private double direction(int i, double g, int step) {
      return switch (name) {
        case "sgd" -> step == 1 ? first[i] = g : (first[i] = momentum * first[i] + g);
        case "adagrad" -> g / (Math.sqrt(second[i] += g * g) + 1e-8);
        case "rmsprop" -> {
          second[i] = 0.99 * second[i] + 0.01 * g * g;
          yield first[i] = momentum * first[i] + g / (Math.sqrt(second[i]) + 1e-8);
        }
        default -> {
          first[i] = 0.9 * first[i] + 0.1 * g;
          second[i] = 0.999 * second[i] + 0.001 * g * g;
          double mean = first[i] / (1 - Math.pow(0.9, step));
          double spread = Math.sqrt(second[i] / (1 - Math.pow(0.999, step)));
          yield mean / (spread + 1e-8);
        }
      };
    }
  }
}
