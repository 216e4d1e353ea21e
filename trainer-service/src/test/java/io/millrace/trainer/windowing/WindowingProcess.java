package io.millrace.trainer.windowing;

import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Windowing in a process of its own, that can be killed. */
final class WindowingProcess {
  private WindowingProcess() {}

  public static void main(String[] arguments) {
    var config = new PipelineLoader(Map.of(), List.of()).load(Path.of(arguments[0])).config();
    Windowing.start(config, new Meters(), new Readiness()).end().join();
  }

  static Process start(Path pipeline, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(WindowingProcess.class.getName(), pipeline.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }
}
