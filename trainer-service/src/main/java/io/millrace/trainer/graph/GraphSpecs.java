package io.millrace.trainer.graph;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.millrace.trainer.graph.ops.GraphException;
import io.millrace.trainer.graph.ops.OnnxTensors;

/** Reads what a graph declares about its inputs and outputs. */
final class GraphSpecs {
  private GraphSpecs() {}

  static TensorSpec read(ValueInfoProto value, String of) {
    String name = of + " '" + value.getName() + "'";
    if (!value.getType().hasTensorType()) {
      throw new GraphException(name + " is no tensor");
    }
    TypeProto.Tensor tensor = value.getType().getTensorType();
    DataType type = OnnxTensors.type(tensor.getElemType(), name);
    return new TensorSpec(value.getName(), type, shape(tensor.getShape(), name));
  }

  private static Shape shape(TensorShapeProto proto, String name) {
    long[] shape = new long[proto.getDimCount()];
    for (int i = 0; i < shape.length; i++) {
      boolean fixed = proto.getDim(i).hasDimValue();
      shape[i] = fixed ? proto.getDim(i).getDimValue() : -1;
      if (fixed && shape[i] < 0) {
        throw new GraphException("%s has a negative axis %d".formatted(name, i));
      }
    }
    return new Shape(shape);
  }

  static void requireBatchAxis(TensorSpec spec, String of) {
    if (spec.shape().dimension() == 0) {
      throw new GraphException(
          "%s '%s' has no batch axis: its shape is %s, expected [batch, ...]"
              .formatted(of, spec.name(), spec.shape()));
    }
    if (spec.shape().get(0) != -1) {
      throw new GraphException(
          ("%s '%s' has a fixed batch axis: its shape is %s, expected [batch, ...]. Export with"
                  + " torch.onnx.export(..., dynamic_axes={'%s': {0: 'batch'}, ...}), or with"
                  + " dynamic_shapes where dynamo=True")
              .formatted(of, spec.name(), spec.shape(), spec.name()));
    }
  }
}
