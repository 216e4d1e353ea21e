package io.millrace.trainer.training.optimizers;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.millrace.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes what an optimizer needs: vectors of its parameters' size, and numbers that may change from
 * step to step.
 */
public record Vectors(PtNDManager manager, long size, DataType type) {

  PtNDArray zeros() {
    return (PtNDArray) manager.zeros(new Shape(size), type);
  }

  /** A number that arrays on any device are computed with. */
  Scalar scalar(double value) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(Double.BYTES).order(ByteOrder.nativeOrder());
    // in host memory even with a GPU: PyTorch hands it to the kernel as an argument
    PtNDArray array =
        Torch.createNdFromByteBuffer(
            manager, bytes, new Shape(), DataType.FLOAT64, SparseFormat.DENSE, Device.cpu());
    return new Scalar(array, bytes).set(value);
  }

  /** A number, float64, without axes: what it is combined with keeps its type. */
  record Scalar(PtNDArray array, ByteBuffer bytes) {
    Scalar set(double value) {
      bytes.putDouble(0, value);
      return this;
    }
  }
}
