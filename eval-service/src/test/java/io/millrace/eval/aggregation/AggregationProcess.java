package io.millrace.eval.aggregation;

import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.store.LocalCheckpointStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Aggregation in a process of its own, that can be killed. */
final class AggregationProcess {
  private AggregationProcess() {}

  public static void main(String[] arguments) {
    var pipeline = new PipelineLoader(Map.of(), List.of()).load(Path.of(arguments[0]));
    var store = new LocalCheckpointStore(Path.of(pipeline.checkpointStore()));
    Aggregation.start(pipeline, store, new Meters(), new Readiness()).end().join();
  }

  /**
   * @param log what the process prints is added to this file
   */
  static Process start(Path pipeline, Path log) throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                AggregationProcess.class.getName(),
                pipeline.toString()))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }
}
