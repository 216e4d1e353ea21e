package io.millrace.schemas.features.rows;

import com.google.protobuf.UnsafeByteOperations;
import io.millrace.schemas.proto.DataType;
import io.millrace.schemas.proto.Tensor;
import io.millrace.schemas.proto.TrainBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Assembles encoded rows as the columns of a {@link TrainBatch}. Thread-safe. */
public final class BatchAssembly {
  private final RowCodec codec;
  private final boolean classLabels;

  /**
   * @param classLabels whether labels are class indices (INT64) rather than values (FLOAT32)
   */
  public BatchAssembly(RowCodec codec, boolean classLabels) {
    this.codec = codec;
    this.classLabels = classLabels;
  }

  /**
   * Creates the part of a train batch that depends on its samples: inputs, labels, weights, offsets
   * and event times.
   *
   * @param rows encoded by the codec, in ascending order of offset, at least one
   */
  public TrainBatch.Builder assemble(List<byte[]> rows) {
    var batch = TrainBatch.newBuilder();
    int at = RowCodec.HEADER_BYTES;
    for (InputSpec input : codec.inputs()) {
      batch.addInputs(inputTensor(input, rows, at));
      at += input.rowBytes();
    }
    batch.setLabels(classLabels ? classLabels(rows) : floats(rows, RowCodec::label));
    if (rows.stream().anyMatch(row -> RowCodec.weight(row) != 1)) {
      batch.setWeights(floats(rows, RowCodec::weight));
    }
    long offset = RowCodec.offset(rows.get(0));
    batch.setFirstOffset(offset);
    long timeMs = 0;
    for (byte[] row : rows) {
      batch.addOffsetDeltas(RowCodec.offset(row) - offset);
      batch.addEventTimeDeltasMs(RowCodec.eventTimeMs(row) - timeMs);
      offset = RowCodec.offset(row);
      timeMs = RowCodec.eventTimeMs(row);
    }
    return batch;
  }

  /** An upper bound of a batch's size as a message, in bytes. */
  public static long maxBytes(List<InputSpec> inputs, int samples) {
    long perSample = inputs.stream().mapToLong(InputSpec::rowBytes).sum() + 8 + 4 + 10 + 10;
    long perInput = inputs.stream().mapToLong(input -> input.name().length() * 3L + 64).sum();
    return samples * perSample + perInput + 1024;
  }

  private static Tensor inputTensor(InputSpec input, List<byte[]> rows, int at) {
    byte[] data = new byte[Math.multiplyExact(rows.size(), input.rowBytes())];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), at, data, i * input.rowBytes(), input.rowBytes());
    }
    return Tensor.newBuilder()
        .setName(input.name())
        .setDataType(input.integer() ? DataType.INT64 : DataType.FLOAT32)
        .addShape(rows.size())
        .addShape(input.width())
        .setData(UnsafeByteOperations.unsafeWrap(data))
        .build();
  }

  private static Tensor floats(List<byte[]> rows, FloatOfRow value) {
    ByteBuffer data = buffer(rows.size() * Float.BYTES);
    rows.forEach(row -> data.putFloat(value.of(row)));
    return column(DataType.FLOAT32, rows.size(), data);
  }

  private static Tensor classLabels(List<byte[]> rows) {
    ByteBuffer data = buffer(rows.size() * Long.BYTES);
    rows.forEach(row -> data.putLong((long) RowCodec.label(row)));
    return column(DataType.INT64, rows.size(), data);
  }

  private static Tensor column(DataType type, int samples, ByteBuffer data) {
    return Tensor.newBuilder()
        .setDataType(type)
        .addShape(samples)
        .setData(UnsafeByteOperations.unsafeWrap(data.array()))
        .build();
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private interface FloatOfRow {
    float of(byte[] row);
  }
}
