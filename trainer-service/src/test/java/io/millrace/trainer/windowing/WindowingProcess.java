package io.millrace.trainer.windowing;

import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Windowing in a separate process, which can be killed. */
final class WindowingProcess {
  private WindowingProcess() {}

  public static void main(String[] arguments) {
    var config = new PipelineLoader(Map.of(), List.of()).load(Path.of(arguments[0])).config();
    Windowing.start(config, new Meters(), new Readiness()).end().join();
  }
}
