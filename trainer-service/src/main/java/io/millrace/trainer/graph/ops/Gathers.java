package io.millrace.trainer.graph.ops;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import io.millrace.trainer.torch.Torch;
import java.util.stream.LongStream;

/**
 * Gather, by PyTorch's embedding: its gradient is summed in a fixed order, for any number of
 * threads. The gradient of indexing is not.
 */
final class Gathers {
  private Gathers() {}

  static Kernel gather(Node node) {
    long axis = node.longOr("axis", 0);
    int data = node.in(0);
    int indices = node.in(1);
    DataType type = node.type(1);
    if (type != DataType.INT64 && type != DataType.INT32) {
      throw node.refused("indices are %s, expected int32 or int64".formatted(type));
    }
    HostInts known = node.ints(1);
    int out = node.emit(0, node.type(0));
    if (known != null && known.shape().length == 0) {
      return frame -> frame.set(out, select(frame, frame.array(data), axis, known.values()[0]));
    }
    return frame -> {
      PtNDArray table = frame.array(data);
      PtNDArray at = frame.scoped(frame.array(indices));
      long[] shape = table.getShape().getShape();
      int along = Axes.of(axis, shape.length);
      if (along == 0 && shape.length == 2) {
        frame.set(out, lookUp(frame, at, table));
      } else {
        frame.set(out, gather(frame, frame.scoped(table), at, along));
      }
    };
  }

  private static PtNDArray select(Frame frame, PtNDArray x, long axis, long index) {
    long[] shape = x.getShape().getShape();
    int along = Axes.of(axis, shape.length);
    long at = Axes.of(index, Math.toIntExact(shape[along]));
    PtNDArray slice = frame.own(Torch.slice(x, along, at, at + 1, 1));
    return Torch.reshape(slice, Reshapes.squeeze(slice.getShape().getShape(), new long[] {along}));
  }

  /* Moves the axis to the front, joins the others, looks up, and moves the axis back. */
  private static PtNDArray gather(Frame frame, PtNDArray table, PtNDArray at, int along) {
    long[] shape = table.getShape().getShape();
    long[] order = LongStream.range(0, shape.length).toArray();
    System.arraycopy(order, 0, order, 1, along);
    order[0] = along;
    PtNDArray front = Torch.permute(table, order);
    long[] others = LongStream.of(order).skip(1).map(axis -> shape[(int) axis]).toArray();
    PtNDArray rows = Torch.reshape(front, new long[] {shape[along], HostInts.size(others)});
    PtNDArray found = lookUp(frame, at, rows);
    long[] indexShape = at.getShape().getShape();
    long[] split = LongStream.concat(LongStream.of(indexShape), LongStream.of(others)).toArray();
    PtNDArray parts = Torch.reshape(found, split);
    return Torch.permute(parts, back(along, indexShape.length, split.length));
  }

  private static long[] back(int along, int indexRank, int rank) {
    long[] order = new long[rank];
    for (int i = 0; i < rank; i++) {
      order[i] = i < along ? indexRank + i : i < along + indexRank ? i - along : i;
    }
    return order;
  }

  /*
   * Negative indices count from the end. PyTorch refuses them, and only then are they resolved
   * here.
   */
  private static PtNDArray lookUp(Frame frame, PtNDArray at, PtNDArray table) {
    try {
      return Torch.embedding(at, table, false);
    } catch (EngineException e) {
      long length = table.getShape().get(0);
      HostInts indices = HostInts.of(Residents.download(at));
      long[] wrapped = new long[indices.values().length];
      for (int i = 0; i < wrapped.length; i++) {
        long index = indices.values()[i];
        wrapped[i] = index < 0 ? index + length : index;
        if (wrapped[i] < 0 || wrapped[i] >= length) {
          throw new GraphException("index %d into a table of %d rows".formatted(index, length), e);
        }
      }
      HostInts normal = new HostInts(indices.type(), indices.shape(), wrapped);
      return Torch.embedding(frame.upload(normal.toTensor()), table, false);
    }
  }
}
