package io.millrace.broker;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/** The broker's settings: one node, small, and quick to start and stop. */
final class Settings {
  static final String CONTROLLER = "CONTROLLER";
  static final String HOST = "127.0.0.1";

  private static final Map<String, String> SINGLE_NODE =
      Map.ofEntries(
          Map.entry("process.roles", "broker,controller"),
          Map.entry("node.id", Integer.toString(DataDirectory.NODE_ID)),
          Map.entry("controller.listener.names", CONTROLLER),
          Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
          Map.entry("default.replication.factor", "1"),
          Map.entry("min.insync.replicas", "1"),
          Map.entry("offsets.topic.replication.factor", "1"),
          Map.entry("offsets.topic.num.partitions", "3"),
          Map.entry("transaction.state.log.replication.factor", "1"),
          Map.entry("transaction.state.log.min.isr", "1"),
          Map.entry("transaction.state.log.num.partitions", "3"),
          Map.entry("share.coordinator.state.topic.replication.factor", "1"),
          Map.entry("share.coordinator.state.topic.min.isr", "1"),
          Map.entry("share.coordinator.state.topic.num.partitions", "1"),
          Map.entry("auto.create.topics.enable", "false"),
          Map.entry("group.initial.rebalance.delay.ms", "0"),
          // after a crash, readers of committed records wait until open transactions are aborted
          Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"),
          Map.entry("num.network.threads", "2"),
          Map.entry("num.io.threads", "4"),
          Map.entry("log.index.size.max.bytes", "1048576"),
          Map.entry("log.cleaner.dedupe.buffer.size", "4194304"),
          Map.entry("log.cleaner.io.buffer.size", "131072"));

  private Settings() {}

  static Properties of(Path directory, int port, int controllerPort, Map<String, String> extra) {
    var settings = new Properties();
    settings.putAll(SINGLE_NODE);
    String clients = "PLAINTEXT://" + HOST + ":" + port;
    settings.put("listeners", clients + "," + CONTROLLER + "://" + HOST + ":" + controllerPort);
    settings.put("advertised.listeners", clients);
    settings.put(
        "controller.quorum.voters", DataDirectory.NODE_ID + "@" + HOST + ":" + controllerPort);
    settings.put("log.dirs", directory.toString());
    settings.putAll(extra);
    return settings;
  }
}
