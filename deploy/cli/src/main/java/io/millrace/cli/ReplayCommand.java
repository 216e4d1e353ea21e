package io.millrace.cli;

import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.store.CheckpointStores;
import io.millrace.trainer.leading.CheckpointReplay;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains again from a checkpoint, to check that the same log gives the same weights. */
@Command(
    name = "replay",
    description = {
      "Trains again from a checkpoint along the train log, and compares the weights with the announced ones.",
      "Exits with 0 if they are the same, 1 if not, 3 if they differ but so do the machine or the settings."
    },
    mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
  private static final int NOT_COMPARABLE = 3;

  @Spec private CommandSpec command = CommandSpec.create();
  @Mixin private PipelineOptions pipeline = new PipelineOptions();

  @Option(
      names = "--from",
      paramLabel = "CHECKPOINT",
      required = true,
      description = "The checkpoint's id; millrace checkpoints lists them.")
  private String from = "";

  @Option(
      names = "--to",
      paramLabel = "OFFSET",
      required = true,
      description = "A train-log offset at which a checkpoint was announced.")
  private long to;

  @Override
  public Integer call() {
    LoadedPipeline loaded = pipeline.loadAndReach();
    CheckpointReplay.ReplayOutcome outcome;
    try (CheckpointStore store = CheckpointStores.open(loaded)) {
      outcome = new CheckpointReplay(loaded, store).run(CheckpointId.of(from), to);
    }
    PrintWriter out = command.commandLine().getOut();
    out.println("replayed %d steps from %s".formatted(outcome.steps(), from));
    out.println("announced " + outcome.announcedHash());
    out.println("replayed  " + outcome.replayedHash());
    outcome.differences().forEach((key, values) -> out.println("differs   " + key + ": " + values));
    if (outcome.isSame()) {
      out.println("the same weights, bit for bit");
      return 0;
    }
    if (outcome.differences().isEmpty()) {
      out.println("different weights, although log, settings and machine are the same");
      return 1;
    }
    out.println("different weights, which proves nothing: the differences are listed above");
    return NOT_COMPARABLE;
  }
}
