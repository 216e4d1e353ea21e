package io.millrace.cli;

import io.millrace.eval.EvalService;
import io.millrace.schemas.ops.Termination;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs eval-service until Ctrl-C, or until it fails. */
@Command(
    name = "evaluate",
    description = "Scores every checkpoint, evaluates, promotes, and serves the live page.",
    mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec command = CommandSpec.create();
  @Mixin private PipelineOptions pipeline = new PipelineOptions();

  @Override
  public Integer call() throws Exception {
    try (EvalService service = EvalService.start(pipeline.loadAndReach())) {
      Termination.closes(service);
      command.commandLine().getOut().println("eval-service is up: " + service.url());
      command.commandLine().getOut().flush();
      service.end().join();
      return 0;
    } catch (CompletionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }
}
