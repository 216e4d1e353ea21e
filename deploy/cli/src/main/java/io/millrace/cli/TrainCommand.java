package io.millrace.cli;

import io.millrace.schemas.ops.Termination;
import io.millrace.trainer.TrainerService;
import io.millrace.trainer.TrainerService.Half;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs trainer-service until Ctrl-C, until {@code training.max_steps}, or until it fails. */
@Command(
    name = "train",
    description = "Windows samples into train batches, trains on them, publishes checkpoints.",
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec command = CommandSpec.create();
  @Mixin private PipelineOptions pipeline = new PipelineOptions();

  @Option(
      names = "--only",
      paramLabel = "HALF",
      description = "windowing or training: runs only this half.")
  private @Nullable String only;

  @Override
  public Integer call() throws Exception {
    try (TrainerService service = TrainerService.start(pipeline.loadAndReach(), halves())) {
      Termination.closes(service);
      command.commandLine().getOut().println("trainer-service is up: " + service.url());
      command.commandLine().getOut().flush();
      service.end().join();
      return 0;
    } catch (CompletionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private Set<Half> halves() {
    if (only == null) {
      return EnumSet.allOf(Half.class);
    }
    try {
      return EnumSet.of(Half.valueOf(only.toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          command.commandLine(),
          "--only: found '" + only + "', allowed are windowing and training");
    }
  }
}
