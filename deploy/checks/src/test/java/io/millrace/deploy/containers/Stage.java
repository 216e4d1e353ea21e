package io.millrace.deploy.containers;

import io.millrace.schemas.proto.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;

/** A cluster with the pipeline's topics, and what runs on it; all of it goes when closed. */
final class Stage implements AutoCloseable {
  private final Network network = Network.newNetwork();
  private final String volume = "millrace-test-" + UUID.randomUUID();
  private final List<KafkaNode> cluster;
  private final Security security;
  private final Map<String, String> kafka;
  private final Flow flow;
  private final Services services;

  private Stage(int nodes, Security security) throws Exception {
    this.cluster = KafkaNode.cluster(network, nodes, security);
    this.security = security;
    this.kafka = kafka(ScramAndTls.ADMIN);
    this.flow = new Flow(kafka, nodes);
    this.services = new Services(network, volume, environment(nodes, security));
  }

  static Stage of(int nodes, Security security) throws Exception {
    Stage stage = new Stage(nodes, security);
    try {
      stage.flow.createTopics();
      return stage;
    } catch (Exception e) {
      stage.close();
      throw e;
    }
  }

  private static Map<String, String> environment(int nodes, Security security) {
    Map<String, String> environment = new HashMap<>(security.serviceSettings());
    environment.put("MILLRACE_KAFKA__BOOTSTRAP_SERVERS", KafkaNode.bootstrap(nodes));
    environment.put("MILLRACE_TOPICS__REPLICATION_FACTOR", Integer.toString(nodes));
    environment.put("MILLRACE_CHECKPOINT__STORE", "/var/lib/millrace/checkpoints");
    environment.put("MILLRACE_TRAINING__BATCH_MAX_WAIT", "1h");
    environment.put("MILLRACE_TRAINING__THREADS", "1");
    environment.put("MILLRACE_TRAINING__SAVE_TOTAL_LIMIT", "1000");
    return environment;
  }

  KafkaNode broker(int number) {
    return cluster.get(number - 1);
  }

  /** Client properties for this machine, of one who may do everything. */
  Map<String, String> kafka() {
    return kafka;
  }

  /** The same of this user. */
  Map<String, String> kafka(String user) {
    Map<String, String> properties = new HashMap<>(security.client(user));
    properties.put(
        "bootstrap.servers",
        cluster.stream().map(KafkaNode::hostAddress).collect(Collectors.joining(",")));
    return properties;
  }

  Flow flow() {
    return flow;
  }

  Services services() {
    return services;
  }

  /** The output of {@code millrace replay} for the whole log, in a container of its own. */
  String replay(Slice slice) throws IOException {
    Checkpoint first = flow.checkpointAt(0);
    Checkpoint last = flow.checkpointAt(slice.steps());
    return services.run(
        Images.TRAINER,
        Map.of(),
        "replay",
        Services.PIPELINE,
        "--from",
        first.getId(),
        "--to",
        Long.toString(last.getTrainLogOffset()));
  }

  /** Saves all logs in {@code target/container-logs}, to explain a failed test. */
  private void keepLogs() throws IOException {
    Path logs = Files.createDirectories(Path.of("target", "container-logs", volume));
    for (int i = 0; i < cluster.size(); i++) {
      Files.writeString(logs.resolve(KafkaNode.name(i + 1) + ".log"), cluster.get(i).getLogs());
    }
    for (var service : services.started().entrySet()) {
      Files.writeString(logs.resolve(service.getKey() + ".log"), service.getValue().getLogs());
    }
  }

  @Override
  public void close() throws IOException {
    try {
      keepLogs();
    } finally {
      services.close();
      cluster.parallelStream().forEach(GenericContainer::stop);
      DockerClientFactory.instance().client().removeVolumeCmd(volume).exec();
      network.close();
    }
  }
}
