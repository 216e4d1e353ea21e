package io.millrace.eval.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.millrace.schemas.config.EvaluationConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.RowCodec;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.tuning.CeilingSearch;
import io.millrace.schemas.tuning.CeilingSearch.BatchCeiling.Bound;
import io.millrace.schemas.tuning.DeviceMemory;
import io.millrace.schemas.tuning.ResidentMemory;
import io.millrace.schemas.tuning.Speed;
import io.millrace.schemas.tuning.TuningSamples;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

class EvalProbeTest {
  private static final Duration SLOW = Duration.ofMinutes(1);

  private static final int WIDTH = 4;
  private static final long MIB = 1 << 20;
  private static final List<InputSpec> INPUTS =
      List.of(new InputSpec("x", false, WIDTH, List.of()));

  @Test
  void injectedLimitIsFoundWithinTenPercentAndNothingIsLeftAllocated() {
    // given
    EvalProbe probe = probe(roomFor(50_000));
    CeilingSearch.BatchCeiling ceiling = probe.ceiling(1 << 17, SLOW, new Unlimited());

    // when: in each of four rounds some hundred sessions take up to 3 MiB of inputs and outputs
    // each
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 4; round++) {
      long before = resident();
      for (int i = 0; i < 4; i++) {
        probe.ceiling(1 << 17, SLOW, new Unlimited());
      }
      least = Math.min(least, resident() - before);
    }

    // then: the heap may grow in some rounds; memory that is not freed grows in all of them
    assertThat(ceiling.bound()).isEqualTo(Bound.MEMORY);
    assertThat(ceiling.samples()).isBetween(45_000, 50_000);
    assertThat(least).isLessThan(16 * MIB);
  }

  private static long resident() {
    System.gc();
    return ResidentMemory.now().orElse(0);
  }

  @Test
  void speedIsMeasuredAtEachSize() {
    // given
    EvalProbe probe = probe(size -> {});

    // when
    Speed one = probe.speed(1, Duration.ofMillis(20), new Unlimited());
    Speed many = probe.speed(4_096, Duration.ofMillis(20), new Unlimited());

    // then
    assertThat(one.batch()).isEqualTo(1);
    assertThat(one.samplesPerSecond()).isPositive();
    assertThat(many.p95Nanos()).isGreaterThanOrEqualTo(many.medianNanos());
  }

  private static EvalProbe probe(IntConsumer guard) {
    EvaluationConfig config =
        new PipelineLoader(Map.of(), List.of())
            .load(
                """
                pipeline: tuned
                samples: {topic: samples}
                features: [{name: a, type: number}]
                label: {type: number, field: c}
                model: {recipe: linear, output: value}
                evaluation: {device: cpu}
                """,
                Path.of(""))
            .config()
            .evaluation();
    RowCodec codec = new RowCodec(INPUTS);
    Rows row = new Rows(INPUTS, 1);
    List<byte[]> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      row.floats(0).put(0, i);
      rows.add(codec.encode(row, 0, i));
    }
    return new EvalProbe(model(), config, new TuningSamples(codec, false, rows), guard);
  }

  private static IntConsumer roomFor(int samples) {
    return size -> {
      if (size > samples) {
        throw new OutOfMemoryError("injected");
      }
    };
  }

  /* x [batch, 4] through a Gemm to [batch, 1]. */
  private static byte[] model() {
    TensorProto.Builder weight =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .addDims(WIDTH)
            .addDims(1);
    for (int i = 0; i < WIDTH; i++) {
      weight.addFloatData(0.5f);
    }
    GraphProto graph =
        GraphProto.newBuilder()
            .setName("g")
            .addInput(value("x", WIDTH))
            .addOutput(value("y", 1))
            .addInitializer(weight)
            .addNode(
                NodeProto.newBuilder()
                    .setOpType("Gemm")
                    .addInput("x")
                    .addInput("w")
                    .addOutput("y")
                    .addAttribute(
                        AttributeProto.newBuilder()
                            .setName("alpha")
                            .setType(AttributeProto.AttributeType.FLOAT)
                            .setF(1)))
            .build();
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static ValueInfoProto value(String name, int width) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(
                            TensorShapeProto.newBuilder()
                                .addDim(
                                    TensorShapeProto.Dimension.newBuilder().setDimParam("batch"))
                                .addDim(
                                    TensorShapeProto.Dimension.newBuilder().setDimValue(width)))))
        .build();
  }

  /** Of which no limit is known. */
  private static final class Unlimited implements DeviceMemory {
    @Override
    public OptionalLong peakWhile(Runnable work) {
      work.run();
      return OptionalLong.empty();
    }

    @Override
    public long limitBytes() {
      return NO_LIMIT;
    }
  }
}
