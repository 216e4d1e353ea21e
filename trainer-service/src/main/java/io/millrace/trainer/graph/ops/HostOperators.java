package io.millrace.trainer.graph.ops;

import ai.djl.ndarray.types.DataType;
import java.util.Map;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The operators with which exporters compute shapes, on integers that the host knows: no device
 * call, and no work at all in a pass if the inputs are constants.
 */
final class HostOperators {
  private HostOperators() {}

  /** Computes the output's value from the inputs' values; null for an absent input. */
  @FunctionalInterface
  private interface Function {
    HostInts apply(@Nullable HostInts[] in);
  }

  /** Reads the attributes; returns the function and the output's type. */
  @FunctionalInterface
  private interface HostPlan {
    Typed of(Node node);
  }

  private record Typed(DataType type, Function function) {}

  private static final Map<String, HostPlan> PLANS =
      Map.ofEntries(
          Map.entry("Add", binary(Math::addExact)),
          Map.entry("Sub", binary(Math::subtractExact)),
          Map.entry("Mul", binary(Math::multiplyExact)),
          Map.entry("Div", node -> same(node, in -> HostMath.divide(at(in, 0), at(in, 1)))),
          Map.entry("Equal", comparison((a, b) -> a == b ? 1 : 0)),
          Map.entry("Less", comparison((a, b) -> a < b ? 1 : 0)),
          Map.entry("Greater", comparison((a, b) -> a > b ? 1 : 0)),
          Map.entry("Identity", node -> same(node, in -> at(in, 0))),
          Map.entry("Cast", HostOperators::cast),
          Map.entry("Where", HostOperators::where),
          Map.entry(
              "Expand", node -> same(node, in -> HostMath.expand(at(in, 0), at(in, 1).values()))),
          Map.entry("Concat", HostOperators::concat),
          Map.entry("Gather", HostOperators::gather),
          Map.entry("Slice", HostOperators::slice),
          Map.entry("Reshape", HostOperators::reshape),
          Map.entry("Squeeze", HostOperators::squeeze),
          Map.entry("Unsqueeze", HostOperators::unsqueeze));

  /** The kernel on the host; null if the node has to run on the device. */
  static @Nullable Kernel compile(Node node, String operator) {
    HostPlan plan = PLANS.get(operator);
    if (plan == null || !node.isOnHost() || toDevice(node, operator)) {
      return null;
    }
    Typed typed = plan.of(node);
    int[] in = new int[node.inputCount()];
    @Nullable HostInts[] known = new HostInts[in.length];
    boolean constant = true;
    for (int i = 0; i < in.length; i++) {
      in[i] = node.has(i) ? node.in(i) : -1;
      known[i] = node.has(i) ? node.ints(i) : null;
      constant &= !node.has(i) || known[i] != null;
    }
    if (constant) {
      node.emitConstant(typed.function().apply(known).toTensor());
      return frame -> {};
    }
    int out = node.emitOnHost(0, typed.type());
    return frame -> {
      @Nullable HostInts[] values = new HostInts[in.length];
      for (int i = 0; i < in.length; i++) {
        values[i] = in[i] < 0 ? null : frame.host(in[i]);
      }
      frame.set(out, typed.function().apply(values));
    };
  }

  private static boolean toDevice(Node node, String operator) {
    return operator.equals("Cast")
        && OnnxTensors.type((int) node.longOr("to", 0), "attribute 'to'").isFloating();
  }

  private static HostInts at(@Nullable HostInts[] in, int index) {
    HostInts value = index < in.length ? in[index] : null;
    if (value == null) {
      throw new GraphException("input %d is missing".formatted(index));
    }
    return value;
  }

  private static Typed same(Node node, Function function) {
    return new Typed(node.type(0), function);
  }

  private static HostPlan binary(LongBinaryOperator op) {
    return node -> {
      DataType type = node.common(0, 1);
      return new Typed(type, in -> HostMath.binary(at(in, 0), at(in, 1), type, exact(op)));
    };
  }

  private static LongBinaryOperator exact(LongBinaryOperator op) {
    return (a, b) -> {
      try {
        return op.applyAsLong(a, b);
      } catch (ArithmeticException e) {
        throw new GraphException("%d and %d overflow int64".formatted(a, b), e);
      }
    };
  }

  private static HostPlan comparison(LongBinaryOperator op) {
    return node -> {
      node.common(0, 1);
      return new Typed(
          DataType.BOOLEAN, in -> HostMath.binary(at(in, 0), at(in, 1), DataType.BOOLEAN, op));
    };
  }

  private static Typed cast(Node node) {
    node.ignore("saturate");
    DataType to = OnnxTensors.type((int) node.longOr("to", 0), "attribute 'to'");
    return new Typed(
        to,
        in -> {
          HostInts x = at(in, 0);
          long[] values = x.values().clone();
          for (int i = 0; i < values.length; i++) {
            values[i] =
                to == DataType.BOOLEAN
                    ? (values[i] == 0 ? 0 : 1)
                    : to == DataType.INT32 ? (int) values[i] : values[i];
          }
          return new HostInts(to, x.shape(), values);
        });
  }

  private static Typed where(Node node) {
    return new Typed(node.common(1, 2), in -> HostMath.where(at(in, 0), at(in, 1), at(in, 2)));
  }

  private static Typed concat(Node node) {
    node.common(0, node.inputCount() - 1);
    long axis = node.longOr("axis", 0);
    return same(
        node,
        in -> {
          HostInts[] parts = new HostInts[in.length];
          for (int i = 0; i < in.length; i++) {
            parts[i] = at(in, i);
          }
          return HostLayouts.concat(parts, axis);
        });
  }

  private static Typed gather(Node node) {
    long axis = node.longOr("axis", 0);
    return same(node, in -> HostLayouts.gather(at(in, 0), at(in, 1), axis));
  }

  private static Typed slice(Node node) {
    if (node.opset() < 10) {
      long[] starts = node.longs("starts");
      long[] ends = node.longs("ends");
      long[] axes = node.longs("axes");
      if (starts == null || ends == null) {
        throw node.refused("attributes starts and ends are missing");
      }
      return same(node, in -> HostLayouts.slice(at(in, 0), starts, ends, axes, null));
    }
    return same(
        node,
        in ->
            HostLayouts.slice(
                at(in, 0), at(in, 1).values(), at(in, 2).values(), values(in, 3), values(in, 4)));
  }

  private static long @Nullable [] values(@Nullable HostInts[] in, int index) {
    HostInts value = index < in.length ? in[index] : null;
    return value == null ? null : value.values();
  }

  private static HostInts as(HostInts x, long[] shape) {
    return new HostInts(x.type(), shape, x.values());
  }

  private static Typed reshape(Node node) {
    boolean zeroIsZero = node.opset() >= 14 && node.flag("allowzero", false);
    return same(
        node,
        in -> as(at(in, 0), Reshapes.reshape(at(in, 0).shape(), at(in, 1).values(), zeroIsZero)));
  }

  private static Typed squeeze(Node node) {
    long[] axes = node.opset() < 13 ? node.longs("axes") : null;
    return same(
        node,
        in ->
            as(
                at(in, 0),
                Reshapes.squeeze(at(in, 0).shape(), axes != null ? axes : values(in, 1))));
  }

  private static Typed unsqueeze(Node node) {
    long[] axes = node.opset() < 13 ? node.longs("axes") : null;
    return same(
        node,
        in ->
            as(
                at(in, 0),
                Reshapes.unsqueeze(at(in, 0).shape(), axes != null ? axes : values(in, 1))));
  }
}
