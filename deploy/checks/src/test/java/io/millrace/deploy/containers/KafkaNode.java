package io.millrace.deploy.containers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;

/**
 * One broker and controller. Other containers reach it as {@code kafka-N:9092}, the test as {@link
 * #hostAddress}. What it stores outlives {@link #stopProcess}.
 */
final class KafkaNode extends GenericContainer<KafkaNode> {
  private static final String CLUSTER = "bWlsbHJhY2UtdGVzdHMtMQ";
  private static final int INSIDE = 9092;
  private static final int HOST = 19092;

  private final int hostPort;

  /**
   * @param security what the cluster asks of its clients
   */
  KafkaNode(Network network, int id, int nodes, Security security) {
    super(Images.KAFKA);
    this.hostPort = freePort();
    withNetwork(network);
    withNetworkAliases(name(id));
    addFixedExposedPort(hostPort, HOST);
    withCopyToContainer(Transferable.of(settings(id, nodes, security)), "/tmp/node.properties");
    security
        .files()
        .forEach((path, bytes) -> withCopyToContainer(Transferable.of(bytes, 0644), path));
    withCreateContainerCmdModifier(
        create ->
            create
                .withEntrypoint("sh", "-c")
                .withCmd(
                    "/opt/kafka/bin/kafka-storage.sh format --ignore-formatted -t "
                        + CLUSTER
                        + " -c /tmp/node.properties"
                        + security.formatArguments()
                        + " && exec /opt/kafka/bin/kafka-server-start.sh /tmp/node.properties"));
    waitingFor(Wait.forLogMessage(".*Kafka Server started.*", 1));
    withStartupTimeout(Duration.ofMinutes(3));
  }

  static String name(int id) {
    return "kafka-" + id;
  }

  static String bootstrap(int nodes) {
    return IntStream.rangeClosed(1, nodes)
        .mapToObj(id -> name(id) + ":" + INSIDE)
        .collect(Collectors.joining(","));
  }

  String hostAddress() {
    return "127.0.0.1:" + hostPort;
  }

  /** Ends the broker as an operator would; the container and its data stay. */
  void stopProcess() {
    getDockerClient().stopContainerCmd(getContainerId()).withTimeout(20).exec();
  }

  void startProcess() {
    getDockerClient().startContainerCmd(getContainerId()).exec();
  }

  /** Ends it as a lost machine does. */
  void kill() {
    getDockerClient().killContainerCmd(getContainerId()).exec();
  }

  private String settings(int id, int nodes, Security security) {
    Map<String, String> settings = new TreeMap<>();
    String replicas = Integer.toString(nodes);
    String inSync = Integer.toString(nodes == 1 ? 1 : nodes - 1);
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(id));
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put(
        "controller.quorum.voters",
        IntStream.rangeClosed(1, nodes)
            .mapToObj(voter -> voter + "@" + name(voter) + ":9093")
            .collect(Collectors.joining(",")));
    settings.put("listeners", "INSIDE://:" + INSIDE + ",HOST://:" + HOST + ",CONTROLLER://:9093");
    settings.put(
        "advertised.listeners",
        "INSIDE://" + name(id) + ":" + INSIDE + ",HOST://127.0.0.1:" + hostPort);
    settings.put("inter.broker.listener.name", "INSIDE");
    settings.put(
        "listener.security.protocol.map",
        "CONTROLLER:PLAINTEXT,INSIDE:%1$s,HOST:%1$s".formatted(security.protocol()));
    settings.put("log.dirs", "/tmp/kafka-data");
    settings.put("auto.create.topics.enable", "false");
    settings.put("default.replication.factor", replicas);
    settings.put("min.insync.replicas", inSync);
    settings.put("offsets.topic.replication.factor", replicas);
    settings.put("offsets.topic.num.partitions", "3");
    settings.put("transaction.state.log.replication.factor", replicas);
    settings.put("transaction.state.log.min.isr", inSync);
    settings.put("transaction.state.log.num.partitions", "3");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.putAll(security.brokerSettings());
    return settings.entrySet().stream()
        .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
        .collect(Collectors.joining());
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException("no free port", e);
    }
  }

  static List<KafkaNode> cluster(Network network, int nodes, Security security) {
    List<KafkaNode> cluster =
        IntStream.rangeClosed(1, nodes)
            .mapToObj(id -> new KafkaNode(network, id, nodes, security))
            .toList();
    cluster.parallelStream().forEach(GenericContainer::start);
    return cluster;
  }
}
