package io.millrace.local;

import io.millrace.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a Kafka broker until Ctrl-C. */
@Command(
    name = "broker",
    description =
        "Runs a single-node Kafka broker on 127.0.0.1 until Ctrl-C, for trying things out.",
    mixinStandardHelpOptions = true)
final class BrokerCommand implements java.util.concurrent.Callable<Integer> {
  @Spec private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keeps its data here; without it they go with it.")
  private @Nullable Path data;

  @Option(
      names = "--topic",
      paramLabel = "NAME=PARTITIONS",
      description = "Makes this topic if it is not there; may be repeated.")
  private Map<String, Integer> topics = new LinkedHashMap<>();

  @Option(names = "--port", description = "Its port; 0: any free one.", defaultValue = "9092")
  private int port;

  @Override
  public Integer call() throws InterruptedException, ExecutionException {
    requirePartitions();
    var builder = EmbeddedBroker.builder().port(port);
    EmbeddedBroker broker = (data == null ? builder : builder.directory(data)).start();
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  broker.close();
                  stopped.countDown();
                },
                "close broker"));
    makeTopics(broker);
    command
        .commandLine()
        .getOut()
        .println("Kafka on " + broker.bootstrapServers() + ", Ctrl-C ends it");
    stopped.await();
    return 0;
  }

  private void requirePartitions() {
    topics.forEach(
        (name, partitions) -> {
          if (partitions < 1) {
            throw new CommandLine.ParameterException(
                command.commandLine(),
                "--topic %s=%d: expected 1 partition or more".formatted(name, partitions));
          }
        });
  }

  private void makeTopics(EmbeddedBroker broker) throws InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Set<String> known = admin.listTopics().names().get();
      List<NewTopic> missing =
          topics.entrySet().stream()
              .filter(topic -> !known.contains(topic.getKey()))
              .map(topic -> new NewTopic(topic.getKey(), topic.getValue(), (short) 1))
              .toList();
      admin.createTopics(missing).all().get();
    }
  }
}
