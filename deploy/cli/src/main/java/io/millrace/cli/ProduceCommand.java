package io.millrace.cli;

import io.millrace.demo.FlightRecords;
import io.millrace.demo.Flights;
import io.millrace.records.RecordSender;
import io.millrace.records.RecordsFile;
import io.millrace.records.ResumedTopic;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.ops.Termination;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Sends records to the samples' topic, each once. */
@Command(
    name = "produce",
    description = {
      "Sends the records of a file to the samples' topic, in order, and creates the topic if it does not exist.",
      "Started again, it continues where the topic ends; a topic that holds other records is refused."
    },
    mixinStandardHelpOptions = true)
final class ProduceCommand implements Callable<Integer> {
  @Spec private CommandSpec command = CommandSpec.create();
  @Mixin private PipelineOptions pipeline = new PipelineOptions();

  @ArgGroup(multiplicity = "1")
  private RecordsSource source = new RecordsSource();

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Records per second; without it, as fast as the broker accepts them.")
  private @Nullable Double rate;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "4",
      description = "Partitions of the topic, if it has to be created (default: ${DEFAULT-VALUE}).")
  private int partitions;

  private static final class RecordsSource {
    @Option(
        names = "--flights",
        required = true,
        description =
            "Sends the 250,000 flights that come with Millrace, with a broken record after every 800.")
    private boolean flights;

    @Option(
        names = "--records",
        paramLabel = "FILE",
        required = true,
        description = "A CSV file with a header, or JSON lines, gzipped or not.")
    private @Nullable Path records;
  }

  @Override
  public Integer call() throws Exception {
    RecordSender.Pace pace = pace();
    PipelineConfig config = pipeline.loadAndReach().config();
    if (source.records == null) {
      try (Flights flights = Flights.ofJanuary2001()) {
        return produce(config, new FlightRecords(flights), pace);
      }
    }
    try (RecordsFile records = RecordsFile.open(source.records, config)) {
      return produce(config, records, pace);
    }
  }

  private int produce(PipelineConfig config, Iterator<byte[]> records, RecordSender.Pace pace) {
    String name = config.samples().topic();
    try (Admin admin = Admin.create(new HashMap<String, Object>(config.kafka()))) {
      ResumedTopic.create(admin, name, partitions, config.topics().replicationFactor());
    }
    ResumedTopic topic = ResumedTopic.read(config.kafka(), name);
    try (RecordSender sender = RecordSender.start(config.kafka(), topic, records, pace)) {
      Termination.closes(sender);
      sender.end().join();
      command
          .commandLine()
          .getOut()
          .println(
              "%s: %d records sent, %d already there".formatted(name, sender.sent(), topic.size()));
      return 0;
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private RecordSender.Pace pace() {
    if (rate == null) {
      return RecordSender.Pace.unlimited();
    }
    if (!(rate > 0)) {
      throw new ParameterException(
          command.commandLine(), "--rate: found %s, expected more than 0".formatted(rate));
    }
    return RecordSender.Pace.fixed(rate);
  }
}
