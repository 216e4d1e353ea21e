package io.millrace.eval.scoring;

import io.millrace.eval.EvalService;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.store.LocalCheckpointStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Scoring, or the whole service, in a process of its own that can be killed. */
final class ScoringProcess {
  private static final String SCORING = "scoring";
  private static final String SERVICE = "service";

  private ScoringProcess() {}

  public static void main(String[] arguments) {
    LoadedPipeline pipeline = new PipelineLoader(Map.of(), List.of()).load(Path.of(arguments[0]));
    try {
      if (arguments[1].equals(SERVICE)) {
        runService(pipeline);
      } else {
        runScoring(pipeline);
      }
    } catch (java.util.concurrent.CompletionException e) {
      System.exit(1);
    }
    System.exit(0);
  }

  private static void runScoring(LoadedPipeline pipeline) {
    var store = new LocalCheckpointStore(Path.of(pipeline.checkpointStore()));
    try (Scoring scoring = Scoring.start(pipeline, store, new Meters(), new Readiness())) {
      scoring.end().join();
    }
  }

  private static void runService(LoadedPipeline pipeline) {
    try (EvalService service = EvalService.start(pipeline)) {
      service.end().join();
    }
  }

  /**
   * @param log what the process prints is added to this file
   */
  static Process start(Path pipeline, Path log) throws IOException {
    return start(SCORING, pipeline, log);
  }

  /** The same of the whole service. */
  static Process startService(Path pipeline, Path log) throws IOException {
    return start(SERVICE, pipeline, log);
  }

  private static Process start(String what, Path pipeline, Path log) throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ScoringProcess.class.getName(),
                pipeline.toString(),
                what))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /** What the processes printed, for the message of a failing assertion. */
  static String printed(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
