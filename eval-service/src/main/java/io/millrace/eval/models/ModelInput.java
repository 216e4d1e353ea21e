package io.millrace.eval.models;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import io.millrace.eval.models.Model.UnusableException;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.Rows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One input of a model, filled from columns of the rows.
 *
 * @param column index of the input in {@link Rows}
 * @param shape of the model's input; axis 0 is the batch
 */
record ModelInput(InputSpec spec, int column, OnnxJavaType type, long[] shape) {
  /**
   * @throws UnusableException if the features do not fill the input
   */
  static ModelInput bind(NodeInfo node, InputSpec spec, int column) {
    if (!(node.getInfo() instanceof TensorInfo info)) {
      throw new UnusableException("input '" + node.getName() + "' is not a tensor");
    }
    long[] shape = info.getShape().clone();
    long width = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
    boolean open = shape.length == 2 && shape[1] == -1;
    boolean typed =
        spec.integer()
            ? info.type == OnnxJavaType.INT64 || info.type == OnnxJavaType.INT32
            : info.type == OnnxJavaType.FLOAT || info.type == OnnxJavaType.DOUBLE;
    if (!typed || shape.length == 0 || shape[0] != -1 || (!open && width != spec.width())) {
      throw new UnusableException(
          "input '%s' is %s %s, the features fill it with %s [batch, %d]"
              .formatted(
                  node.getName(),
                  info.type,
                  Arrays.toString(shape),
                  spec.integer() ? "INT64" : "FLOAT",
                  spec.width()));
    }
    if (open) {
      shape[1] = spec.width();
    }
    return new ModelInput(spec, column, info.type, shape);
  }

  /** A view of the rows if the types agree, otherwise a copy. The caller closes it. */
  OnnxTensor toTensor(OrtEnvironment environment, Rows rows, int from, int count)
      throws OrtException {
    long[] sizes = shape.clone();
    sizes[0] = count;
    int start = from * spec.width();
    int length = count * spec.width();
    return switch (type) {
      case FLOAT ->
          OnnxTensor.createTensor(environment, rows.floats(column).slice(start, length), sizes);
      case INT64 ->
          OnnxTensor.createTensor(environment, rows.integers(column).slice(start, length), sizes);
      case DOUBLE -> {
        ByteBuffer copy = direct(length * Double.BYTES);
        for (int i = 0; i < length; i++) {
          copy.putDouble(i * Double.BYTES, rows.floats(column).get(start + i));
        }
        yield OnnxTensor.createTensor(environment, copy.asDoubleBuffer(), sizes);
      }
      default -> {
        ByteBuffer copy = direct(length * Integer.BYTES);
        for (int i = 0; i < length; i++) {
          copy.putInt(i * Integer.BYTES, (int) rows.integers(column).get(start + i));
        }
        yield OnnxTensor.createTensor(environment, copy.asIntBuffer(), sizes);
      }
    };
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
