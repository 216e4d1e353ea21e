package io.millrace.bench.training;

import com.google.protobuf.UnsafeByteOperations;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.TrainBatchReader;
import io.millrace.schemas.features.rows.TrainBatchReader.Read;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.schemas.proto.DataType;
import io.millrace.schemas.proto.Tensor;
import io.millrace.schemas.proto.TrainBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Learnable samples: features are standard normal, the class is the largest of fixed random
 * projections. The same seed gives the same samples.
 *
 * @param features float32 numbers per sample
 * @param values [samples x features], row-major
 * @param labels [samples], class indices
 */
public record SyntheticSamples(int features, int classes, float[] values, long[] labels) {
  /** Name of the one input that they fill. */
  public static final String INPUT = "features";

  private static final double NOISE = 0.3;

  /** Generates samples. */
  public static SyntheticSamples of(int samples, int features, int classes, long seed) {
    Random random = new Random(seed);
    float[] projections = normal(random, classes * features);
    float[] values = normal(random, samples * features);
    long[] labels = new long[samples];
    for (int sample = 0; sample < samples; sample++) {
      labels[sample] =
          random.nextDouble() < NOISE
              ? random.nextInt(classes)
              : largest(values, sample * features, projections, features, classes);
    }
    return new SyntheticSamples(features, classes, values, labels);
  }

  private static float[] normal(Random random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static int largest(
      float[] values, int at, float[] projections, int features, int classes) {
    int best = 0;
    float most = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      float sum = 0;
      for (int f = 0; f < features; f++) {
        sum += values[at + f] * projections[c * features + f];
      }
      if (sum > most) {
        most = sum;
        best = c;
      }
    }
    return best;
  }

  /** The number of samples. */
  public int size() {
    return labels.length;
  }

  /** The model inputs that they fill. */
  public List<InputSpec> inputs() {
    return List.of(new InputSpec(INPUT, false, features, List.of()));
  }

  /** Train batches as windowing would write them, in order; a last short batch is left out. */
  public List<TrainBatch> messages(int batchSize) {
    List<TrainBatch> messages = new ArrayList<>();
    for (int from = 0; from + batchSize <= size(); from += batchSize) {
      messages.add(batch(from, batchSize));
    }
    return messages;
  }

  /** The same batches, as read from the train log. */
  public List<TrainBatchView> batches(int batchSize) {
    TrainBatchReader reader = new TrainBatchReader(inputs());
    List<TrainBatchView> batches = new ArrayList<>();
    for (TrainBatch message : messages(batchSize)) {
      Read read = reader.read(message.toByteArray());
      if (!(read instanceof Read.Batch batch)) {
        throw new IllegalStateException("generated an invalid batch: " + read);
      }
      batches.add(batch.view());
    }
    return batches;
  }

  private TrainBatch batch(int from, int batchSize) {
    ByteBuffer inputs = littleEndian(batchSize * features * Float.BYTES);
    inputs.asFloatBuffer().put(values, from * features, batchSize * features);
    ByteBuffer classes = littleEndian(batchSize * Long.BYTES);
    classes.asLongBuffer().put(labels, from, batchSize);
    TrainBatch.Builder batch =
        TrainBatch.newBuilder()
            .setTopic("samples")
            .setFirstOffset(from)
            .addInputs(
                tensor(DataType.FLOAT32, inputs)
                    .setName(INPUT)
                    .addShape(batchSize)
                    .addShape(features))
            .setLabels(tensor(DataType.INT64, classes).addShape(batchSize));
    for (int i = 0; i < batchSize; i++) {
      batch.addOffsetDeltas(i == 0 ? 0 : 1).addEventTimeDeltasMs(i == 0 ? 0 : 1);
    }
    return batch.build();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Tensor.Builder tensor(DataType type, ByteBuffer data) {
    return Tensor.newBuilder()
        .setDataType(type)
        .setData(UnsafeByteOperations.unsafeWrap(data.array()));
  }
}
