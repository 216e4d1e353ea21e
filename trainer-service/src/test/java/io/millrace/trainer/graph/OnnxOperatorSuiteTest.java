package io.millrace.trainer.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.millrace.trainer.graph.ops.GraphException;
import io.millrace.trainer.graph.ops.HostTensor;
import io.millrace.trainer.graph.ops.OnnxTensors;
import io.millrace.trainer.graph.ops.Operators;
import io.millrace.trainer.graph.ops.Residents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The official operator tests, from the Debian package {@code libonnx-testdata}. */
class OnnxOperatorSuiteTest {
  private static final Path SUITE = Path.of("/usr/share/libonnx-testdata/data");

  /** Expected refusals: features that the suite uses and Millrace does not support. */
  private static final List<String> LEFT_OUT_FOR =
      List.of(
          "operator ", // not supported, or not in that opset
          "is of type ", // float16, strings, unsigned integers
          "is no tensor", // sequences and optionals
          "the model names no opset of ai.onnx", // optimizers of the training domain
          "attribute broadcast is not supported", // opset 6
          "(Add): attribute axis is not supported", // opset 6
          "attribute is_test is not supported", // opset 6
          "the output Indices is not supported",
          "saved_mean and saved_var",
          "spatial=0",
          "sparse",
          "inputs of types"); // a batch normalization of two float types

  /** Tests of supported operators that cannot pass, by name, with the reason. */
  private static final Map<String, String> KNOWN =
      Map.of(
          "test_training_dropout", "random mask",
          "test_training_dropout_default", "random mask",
          "test_training_dropout_default_mask", "random mask",
          "test_training_dropout_mask", "random mask");

  private record Outcome(String why, boolean ran, boolean passed, boolean older) {
    static Outcome leftOut(String why) {
      return new Outcome(why, false, false, false);
    }
  }

  @Test
  void everyTestOfSupportedOperatorsPasses() throws IOException {
    // given
    assumeTrue(Files.isDirectory(SUITE), "skipped: apt-get install libonnx-testdata");

    // when
    Map<String, Outcome> outcomes = new TreeMap<>();
    try (Stream<Path> models = Files.walk(SUITE)) {
      models
          .filter(path -> path.endsWith("model.onnx"))
          .forEach(path -> outcomes.put(SUITE.relativize(path).toString(), run(path)));
    }

    // then
    long ran = outcomes.values().stream().filter(Outcome::ran).count();
    long passed = outcomes.values().stream().filter(Outcome::passed).count();
    long older = outcomes.values().stream().filter(o -> o.passed() && o.older()).count();
    Map<String, Integer> leftOut = new TreeMap<>();
    outcomes.values().stream()
        .filter(o -> !o.ran())
        .forEach(o -> leftOut.merge(o.why(), 1, Integer::sum));
    System.out.printf(
        "ONNX operator suite: ran %d, passed %d (%d as they are, %d of opsets 1 to 6), left out %d%n",
        ran, passed, passed - older, older, outcomes.size() - ran);
    leftOut.forEach((why, count) -> System.out.printf("  left out %4d: %s%n", count, why));
    List<String> failures = new ArrayList<>();
    outcomes.forEach(
        (name, outcome) -> {
          if (outcome.ran() && !outcome.passed()) {
            failures.add(name + ": " + outcome.why());
          }
        });
    assertThat(failures).isEmpty();
    assertThat(passed - older).isGreaterThanOrEqualTo(300);
    assertThat(older).isPositive();
  }

  private static Outcome run(Path path) {
    String name = String.valueOf(path.getName(path.getNameCount() - 2));
    String known = KNOWN.get(name);
    if (known != null) {
      return Outcome.leftOut(known);
    }
    TrainableGraph graph;
    boolean older;
    try {
      byte[] given = Files.readAllBytes(path);
      byte[] read = readAsOpset7OrNewer(given);
      older = !java.util.Arrays.equals(given, read);
      graph = TrainableGraph.parseAnyBatch(read, ParameterSelection.byUse());
    } catch (GraphException e) {
      String message = String.valueOf(e.getMessage());
      return LEFT_OUT_FOR.stream()
          .filter(message::contains)
          .findFirst()
          .map(reason -> Outcome.leftOut(reason.strip()))
          .orElse(new Outcome(message, true, false, false));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    try (NDManager manager = NDManager.newBaseManager();
        GraphRunner runner = graph.newRunner(manager)) {
      @Nullable String difference = null;
      for (int set = 0; difference == null; set++) {
        Path data = path.resolveSibling("test_data_set_" + set);
        if (!Files.isDirectory(data)) {
          break;
        }
        difference = compare(runner, graph, manager, data, name.contains("train"));
      }
      return new Outcome(difference == null ? "" : difference, true, difference == null, older);
    } catch (IOException | RuntimeException e) {
      return new Outcome(e.toString().lines().findFirst().orElse(""), true, false, older);
    }
  }

  /*
   * Convolution, pooling and a few others exist in opsets 1 and 6 only. Their meaning is the same
   * in opset 7, which removed attributes (broadcast, axis of Add, is_test). Those are refused.
   */
  private static byte[] readAsOpset7OrNewer(byte[] onnx) throws IOException {
    ModelProto given = ModelProto.parseFrom(onnx);
    if (given.getOpsetImportList().stream()
        .noneMatch(id -> id.getDomain().isEmpty() && id.getVersion() < Operators.OLDEST_OPSET)) {
      return onnx;
    }
    ModelProto.Builder model = given.toBuilder();
    model.getOpsetImportBuilderList().stream()
        .filter(id -> id.getDomain().isEmpty() && id.getVersion() < Operators.OLDEST_OPSET)
        .forEach(id -> id.setVersion(Operators.OLDEST_OPSET));
    return model.build().toByteArray();
  }

  private static @Nullable String compare(
      GraphRunner runner, TrainableGraph graph, NDManager manager, Path data, boolean training)
      throws IOException {
    NDList inputs = new NDList();
    for (int i = 0; i < graph.inputs().size(); i++) {
      inputs.add(Residents.own((PtNDManager) manager, read(data.resolve("input_" + i + ".pb"))));
    }
    NDList outputs = runner.forward(manager, inputs, training, 1);
    for (int i = 0; i < outputs.size(); i++) {
      HostTensor expected = read(data.resolve("output_" + i + ".pb"));
      HostTensor found = Residents.download((PtNDArray) outputs.get(i));
      String difference = difference(expected, found);
      if (difference != null) {
        return "output " + i + ": " + difference;
      }
    }
    return null;
  }

  private static HostTensor read(Path path) throws IOException {
    return OnnxTensors.read(TensorProto.parseFrom(Files.readAllBytes(path)), path.toString());
  }

  private static @Nullable String difference(HostTensor expected, HostTensor found) {
    if (!expected.toString().equals(found.toString())) {
      return found + " instead of " + expected;
    }
    double[] want = expected.doubles();
    double[] have = found.doubles();
    for (int i = 0; i < want.length; i++) {
      boolean same = Double.compare(want[i], have[i]) == 0;
      // the suite's own tolerances
      if (!same && !(Math.abs(want[i] - have[i]) <= 1e-7 + 1e-3 * Math.abs(want[i]))) {
        return "%s instead of %s at %d".formatted(have[i], want[i], i);
      }
    }
    return null;
  }
}
