package io.millrace.trainer.training;

import com.google.protobuf.ByteString;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.TrainBatchReader;
import io.millrace.schemas.features.rows.TrainBatchReader.Read;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.schemas.proto.DataType;
import io.millrace.schemas.proto.Tensor;
import io.millrace.schemas.proto.TrainBatch;
import io.millrace.trainer.graph.ParameterSelection;
import io.millrace.trainer.graph.Recipes;
import io.millrace.trainer.graph.TrainableGraph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Small models, their settings, and batches from which they can learn. */
public final class LearnerFixture {
  static final int WIDTH = 6;
  static final int CLASSES = 3;
  static final List<InputSpec> INPUTS = List.of(new InputSpec("x", false, WIDTH, List.of()));

  private LearnerFixture() {}

  public static PipelineConfig config(String label, String... training) {
    return config(label, "", training);
  }

  public static PipelineConfig config(String label, String model, String[] training) {
    String yaml =
        """
        pipeline: test
        samples: {topic: samples}
        features:
          - {name: x, type: array, size: %d, input: x}
        label: %s
        model: {recipe: mlp%s}
        training: {%s}
        """
            .formatted(WIDTH, label, model, String.join(", ", training));
    return new PipelineLoader(Map.of(), List.of()).load(yaml, Path.of(".")).config();
  }

  public static PipelineConfig classes(String... training) {
    return config("{type: class, field: y, values: [a, b, c]}", training);
  }

  static TrainableGraph mlp(int outputs) {
    return TrainableGraph.parse(
        Recipes.mlp(INPUTS, 4, List.of(16, 8), outputs, 7), ParameterSelection.byUse());
  }

  /** Samples whose class is the largest of the first three numbers. */
  static final class Stream {
    private final Random random;
    private long offset;

    Stream(long seed) {
      random = new Random(seed);
    }

    List<float[]> rows(int count) {
      List<float[]> rows = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        float[] row = new float[WIDTH];
        for (int f = 0; f < WIDTH; f++) {
          row[f] = (float) random.nextGaussian();
        }
        rows.add(row);
      }
      return rows;
    }

    TrainBatchView batch(int size) {
      List<float[]> rows = rows(size);
      TrainBatchView batch = LearnerFixture.batch(rows, labels(rows), null, offset);
      offset += size;
      return batch;
    }

    List<TrainBatchView> batches(int count, int size) {
      return java.util.stream.Stream.generate(() -> batch(size)).limit(count).toList();
    }

    float[] weights(int count) {
      float[] weights = new float[count];
      for (int i = 0; i < count; i++) {
        weights[i] = random.nextInt(5) * 0.5f;
      }
      return weights;
    }
  }

  static float[] labels(List<float[]> rows) {
    float[] labels = new float[rows.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = largest(rows.get(i));
    }
    return labels;
  }

  /** The same samples cut into batches of at most that size. */
  static List<TrainBatchView> cut(List<float[]> rows, float[] weights, int size) {
    List<TrainBatchView> batches = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += size) {
      int to = Math.min(rows.size(), from + size);
      List<float[]> part = rows.subList(from, to);
      batches.add(batch(part, labels(part), Arrays.copyOfRange(weights, from, to), from));
    }
    return batches;
  }

  /** All weights in one array. */
  static double[] weights(Learner learner) {
    return learner.state().weights().values().stream()
        .flatMapToDouble(weight -> Arrays.stream(weight.doubles()))
        .toArray();
  }

  static int largest(float[] row) {
    int best = 0;
    for (int i = 1; i < CLASSES; i++) {
      best = row[i] > row[best] ? i : best;
    }
    return best;
  }

  static TrainBatchView batch(
      List<float[]> rows, float[] labels, float @Nullable [] weights, long offset) {
    TrainBatch.Builder batch = TrainBatch.newBuilder().setTopic("samples").setFirstOffset(offset);
    ByteBuffer data = littleEndian(rows.size() * WIDTH);
    for (float[] row : rows) {
      for (float value : row) {
        data.putFloat(value);
      }
    }
    batch.addInputs(tensor(data).setName("x").addShape(rows.size()).addShape(WIDTH));
    batch.setLabels(column(labels));
    if (weights != null) {
      batch.setWeights(column(weights));
    }
    for (int i = 0; i < rows.size(); i++) {
      batch.addOffsetDeltas(i == 0 ? 0 : 1).addEventTimeDeltasMs(0);
    }
    Read read = new TrainBatchReader(INPUTS).read(batch.build().toByteArray());
    if (!(read instanceof Read.Batch whole)) {
      throw new AssertionError(read);
    }
    return whole.view();
  }

  private static Tensor.Builder column(float[] values) {
    ByteBuffer data = littleEndian(values.length);
    for (float value : values) {
      data.putFloat(value);
    }
    return tensor(data).addShape(values.length);
  }

  private static Tensor.Builder tensor(ByteBuffer data) {
    return Tensor.newBuilder()
        .setDataType(DataType.FLOAT32)
        .setData(ByteString.copyFrom(data.array()));
  }

  private static ByteBuffer littleEndian(int floats) {
    return ByteBuffer.allocate(floats * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }
}
