package io.millrace.trainer.leading;

import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.ops.Termination;
import io.millrace.trainer.TrainerService;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The training half in a separate process, which can be killed and halted. */
final class TrainerProcess {
  private TrainerProcess() {}

  public static void main(String[] arguments) {
    LoadedPipeline pipeline = new PipelineLoader(Map.of(), List.of()).load(Path.of(arguments[0]));
    try (var service = TrainerService.start(pipeline, Set.of(TrainerService.Half.TRAINING))) {
      Termination.closes(service);
      service.end().join();
    } catch (java.util.concurrent.CompletionException e) {
      System.exit(1);
    }
    System.exit(0);
  }
}
