package io.millrace.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The demo's pipeline, from {@code flights.yaml}. */
public final class DemoPipeline {
  private static final double SHARE_TRAINED = 0.9;

  private DemoPipeline() {}

  /** The packaged pipeline, without changes. */
  static LoadedPipeline template() {
    return load(Path.of("."), List.of());
  }

  /**
   * The pipeline of one run.
   *
   * @param directory the directory of the checkpoints
   * @param frozenAfter the checkpoint that trained on about this many flights is kept and scored
   *     throughout
   * @param sets the user's settings, {@code key=value}; they take precedence
   */
  public static LoadedPipeline at(
      Path directory, String bootstrapServers, long frozenAfter, List<String> sets) {
    LoadedPipeline template = template();
    String pin = "step>=" + frozenStep(template.config(), frozenAfter);
    List<String> all = new ArrayList<>();
    all.add("kafka.bootstrap.servers=" + bootstrapServers);
    all.add("ops.trainer_port=" + freeOr(template.config().ops().trainerPort()));
    all.add("ops.eval_port=" + freeOr(template.config().ops().evalPort()));
    all.add("evaluation.pinned=[\"" + pin + "\"]");
    // the first checkpoint is kept too, and with it the whole train log, which the ledger reads
    all.add("checkpoint.pinned=[\"step>=0\", \"" + pin + "\"]");
    all.addAll(sets);
    return load(directory, all);
  }

  /** The step after which the model has trained on about this many flights. */
  static long frozenStep(PipelineConfig pipeline, long flights) {
    int batch = pipeline.training().perDeviceTrainBatchSize();
    return Math.round(flights * SHARE_TRAINED / batch);
  }

  private static LoadedPipeline load(Path directory, List<String> sets) {
    try (InputStream yaml =
        Objects.requireNonNull(DemoPipeline.class.getResourceAsStream("/flights.yaml"))) {
      return new PipelineLoader(Map.of(), sets)
          .load(new String(yaml.readAllBytes(), UTF_8), directory.toAbsolutePath());
    } catch (IOException e) {
      throw new UncheckedIOException("flights.yaml cannot be read from the class path", e);
    }
  }

  /** The usual port, or 0 (any free port) if another process uses it. */
  private static int freeOr(int usual) {
    try (ServerSocket socket = new ServerSocket(usual, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException taken) {
      return 0;
    }
  }
}
