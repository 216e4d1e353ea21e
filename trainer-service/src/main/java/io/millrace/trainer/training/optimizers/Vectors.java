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
 * Allocates an optimizer's arrays: vectors of the parameters' size, and scalars that may change
 * from step to step.
 */
public record Vectors(PtNDManager manager, long size, DataType type) {

  PtNDArray zeros() {
    return (PtNDArray) manager.zeros(new Shape(size), type);
  }

  /** A scalar that can be combined with arrays on any device. */
  Scalar scalar(double value) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(Double.BYTES).order(ByteOrder.nativeOrder());
    // in host memory even with a GPU: PyTorch passes it to the kernel as an argument
    PtNDArray array =
        Torch.createNdFromByteBuffer(
            manager, bytes, new Shape(), DataType.FLOAT64, SparseFormat.DENSE, Device.cpu());
    return new Scalar(array, bytes).set(value);
  }

  /** A float64 scalar without axes. Arrays that are combined with it keep their type. */
  record Scalar(PtNDArray array, ByteBuffer bytes) {
    Scalar set(double value) {
      bytes.putDouble(0, value);
      return this;
    }
  }
}
