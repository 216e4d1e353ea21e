package io.millrace.trainer.training;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.trainer.graph.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Which input of a train batch fills which input of the model, and how its numbers are converted.
 *
 * @param source index of the input in a batch
 * @param columns numbers per sample
 * @param shape of the model's input, -1 for an axis of any size
 */
record InputBinding(String name, int source, int columns, DataType from, DataType to, Shape shape) {

  /**
   * Binds by name.
   *
   * @throws TrainingException if an input of the model is not filled, has another type or width, or
   *     if a feature fills no input
   */
  static List<InputBinding> of(List<TensorSpec> model, List<InputSpec> features) {
    List<String> names = features.stream().map(InputSpec::name).toList();
    List<String> wanted = model.stream().map(TensorSpec::name).toList();
    if (names.size() != wanted.size() || !names.containsAll(wanted)) {
      throw new TrainingException(
          "the features fill inputs %s, the model's are %s; set 'input' of the features accordingly"
              .formatted(names, wanted));
    }
    List<InputBinding> bindings = new ArrayList<>();
    for (TensorSpec spec : model) {
      int source = names.indexOf(spec.name());
      bindings.add(bind(spec, features.get(source), source));
    }
    return List.copyOf(bindings);
  }

  private static InputBinding bind(TensorSpec spec, InputSpec feature, int source) {
    boolean fits =
        feature.integer()
            ? spec.type() == DataType.INT64 || spec.type() == DataType.INT32
            : spec.type() == DataType.FLOAT32 || spec.type() == DataType.FLOAT64;
    long columns = 1;
    for (int axis = 1; axis < spec.shape().dimension(); axis++) {
      columns *= spec.shape().get(axis);
    }
    boolean open = spec.shape().dimension() == 2 && spec.shape().get(1) == -1;
    if (!fits || (!open && columns != feature.width())) {
      throw new TrainingException(
          "the model's input is %s, the features fill it with %s [batch, %d]"
              .formatted(spec, feature.integer() ? "int64" : "float32", feature.width()));
    }
    DataType from = feature.integer() ? DataType.INT64 : DataType.FLOAT32;
    return new InputBinding(spec.name(), source, feature.width(), from, spec.type(), spec.shape());
  }

  int bytes(int rows) {
    return Math.multiplyExact(rows, columns * to.getNumOfBytes());
  }

  Shape shape(int rows) {
    long[] sizes = shape.getShape().clone();
    sizes[0] = rows;
    if (sizes.length == 2) {
      sizes[1] = columns;
    }
    return new Shape(sizes);
  }

  /** Writes the pass's rows, row-major, into a buffer of {@link #bytes} bytes. */
  void fill(StepPlan.Pass pass, ByteBuffer into) {
    ByteBuffer data = pass.view().data(source);
    int rowBytes = columns * from.getNumOfBytes();
    if (pass.isContiguous()) {
      int start = pass.rows()[0] * rowBytes;
      write(data.slice(start, pass.size() * rowBytes).order(data.order()), into);
      return;
    }
    for (int row : pass.rows()) {
      write(data.slice(row * rowBytes, rowBytes).order(data.order()), into);
    }
  }

  private void write(ByteBuffer data, ByteBuffer into) {
    if (from == to) {
      into.put(data);
    } else if (to == DataType.FLOAT64) {
      while (data.hasRemaining()) {
        into.putDouble(data.getFloat());
      }
    } else {
      while (data.hasRemaining()) {
        into.putInt((int) data.getLong());
      }
    }
  }
}
