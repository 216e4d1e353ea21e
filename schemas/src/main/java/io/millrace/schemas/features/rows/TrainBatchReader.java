package io.millrace.schemas.features.rows;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.millrace.schemas.proto.DataType;
import io.millrace.schemas.proto.DeadLetter.Reason;
import io.millrace.schemas.proto.Tensor;
import io.millrace.schemas.proto.TrainBatch;
import java.io.IOException;
import java.util.List;

/** Reads train batches of the log, and checks each against the pipeline's inputs. Thread-safe. */
public final class TrainBatchReader {
  private final List<InputSpec> inputs;

  public TrainBatchReader(List<InputSpec> inputs) {
    this.inputs = List.copyOf(inputs);
  }

  /** The result of reading. */
  public sealed interface Read {
    /** A batch that can be trained on. */
    record Batch(TrainBatchView view) implements Read {}

    /** Bytes that are not a train batch of this pipeline. */
    record RejectedBatch(Rejection rejection) implements Read {}
  }

  /** Never throws, whatever the bytes. */
  public Read read(byte[] bytes) {
    try {
      TrainBatch batch = parse(bytes);
      String problem = problemOf(batch);
      return problem.isEmpty()
          ? new Read.Batch(new TrainBatchView(batch, offsets(batch)))
          : rejected(Reason.WRONG_SIZE, problem);
    } catch (IOException e) {
      return rejected(Reason.UNDECODABLE, "not a TrainBatch: " + e.getMessage());
    }
  }

  /** The tensors are not copied: a record owns its bytes, and they never change. */
  private static TrainBatch parse(byte[] bytes) throws IOException {
    CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
    in.enableAliasing(true);
    TrainBatch batch = TrainBatch.parseFrom(in);
    in.checkLastTagWas(0);
    return batch;
  }

  private static Read rejected(Reason reason, String detail) {
    return new Read.RejectedBatch(new Rejection(reason, detail));
  }

  private String problemOf(TrainBatch batch) {
    int size = batch.getOffsetDeltasCount();
    if (size == 0 || batch.getPartition() < 0 || batch.getFirstOffset() < 0) {
      return "the batch has "
          + size
          + " samples of partition "
          + batch.getPartition()
          + " from offset "
          + batch.getFirstOffset();
    }
    if (batch.getInputsCount() != inputs.size()) {
      return "the batch has " + batch.getInputsCount() + " inputs, the pipeline " + inputs.size();
    }
    for (int i = 0; i < inputs.size(); i++) {
      if (!fits(batch.getInputs(i), inputs.get(i), size)) {
        return "input "
            + i
            + " is "
            + describe(batch.getInputs(i))
            + ", the pipeline expects "
            + inputs.get(i)
            + " for "
            + size
            + " samples";
      }
    }
    boolean labelled = isColumn(batch.getLabels(), size);
    boolean weighted = !batch.hasWeights() || isColumn(batch.getWeights(), size);
    if (!labelled || !weighted) {
      return "labels are "
          + describe(batch.getLabels())
          + " and weights "
          + describe(batch.getWeights())
          + " for "
          + size
          + " samples";
    }
    return deltasAscend(batch) ? "" : "the samples' offsets are not ascending";
  }

  private static boolean fits(Tensor tensor, InputSpec input, int size) {
    return tensor.getName().equals(input.name())
        && tensor.getDataType() == (input.integer() ? DataType.INT64 : DataType.FLOAT32)
        && tensor.getShapeCount() == 2
        && tensor.getShape(0) == size
        && tensor.getShape(1) == input.width()
        && tensor.getData().size() == (long) size * input.rowBytes();
  }

  private static boolean isColumn(Tensor tensor, int size) {
    long elementBytes = tensor.getDataType() == DataType.INT64 ? Long.BYTES : Float.BYTES;
    return tensor.getDataType() != DataType.DATA_TYPE_UNSPECIFIED
        && tensor.getDataType() != DataType.UNRECOGNIZED
        && tensor.getShapeCount() == 1
        && tensor.getShape(0) == size
        && tensor.getData().size() == size * elementBytes;
  }

  private static boolean deltasAscend(TrainBatch batch) {
    long offset = batch.getFirstOffset();
    for (int i = 0; i < batch.getOffsetDeltasCount(); i++) {
      long delta = batch.getOffsetDeltas(i);
      if (i == 0 ? delta != 0 : delta < 1 || offset + delta < offset) {
        return false;
      }
      offset += delta;
    }
    return true;
  }

  private static long[] offsets(TrainBatch batch) {
    long[] offsets = new long[batch.getOffsetDeltasCount()];
    long offset = batch.getFirstOffset();
    for (int i = 0; i < offsets.length; i++) {
      offset += batch.getOffsetDeltas(i);
      offsets[i] = offset;
    }
    return offsets;
  }

  private static String describe(Tensor tensor) {
    return tensor.getDataType()
        + " '"
        + tensor.getName()
        + "' "
        + tensor.getShapeList()
        + " of "
        + tensor.getData().size()
        + " bytes";
  }
}
