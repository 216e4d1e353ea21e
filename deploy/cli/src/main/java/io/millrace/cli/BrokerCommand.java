package io.millrace.cli;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.ops.Termination;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a Kafka broker until Ctrl-C. */
@Command(
    name = "broker",
    description = "Runs a single-node Kafka broker on 127.0.0.1 until Ctrl-C, for experiments.",
    mixinStandardHelpOptions = true)
final class BrokerCommand implements java.util.concurrent.Callable<Integer> {
  @Spec private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The directory of its data; without it, they are deleted at the end.")
  private @Nullable Path data;

  @Option(names = "--port", description = "The port; 0: any free port.", defaultValue = "9092")
  private int port;

  @Override
  public Integer call() throws InterruptedException {
    var builder = EmbeddedBroker.builder().port(port);
    try (EmbeddedBroker broker = (data == null ? builder : builder.directory(data)).start()) {
      Termination.closes(broker);
      command
          .commandLine()
          .getOut()
          .println("Kafka on " + broker.bootstrapServers() + ", Ctrl-C stops it");
      new CountDownLatch(1).await();
      return 0;
    }
  }
}
