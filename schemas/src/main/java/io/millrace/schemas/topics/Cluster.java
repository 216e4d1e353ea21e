package io.millrace.schemas.topics;

import io.millrace.schemas.kafka.AnswerException;
import io.millrace.schemas.kafka.Answers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/** A Kafka cluster, accessed through an admin client that the caller owns. */
record Cluster(Admin admin) {
  private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(60);
  private static final long LOOK_NANOS = 20_000_000L;

  List<String> existing(Collection<TopicSpec> specs) {
    var names = Answers.await(admin.listTopics().names(), "topics could not be listed");
    return specs.stream().map(TopicSpec::name).filter(names::contains).toList();
  }

  /** Whether the topic was created; false if another process created it first. */
  boolean tryCreate(TopicSpec spec, int replicationFactor) {
    var topic =
        new NewTopic(spec.name(), spec.partitions(), (short) replicationFactor)
            .configs(spec.settings());
    try {
      Answers.await(
          admin.createTopics(List.of(topic)).all(),
          "topic " + spec.name() + " could not be created");
      return true;
    } catch (AnswerException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Waits until the brokers list these topics. The controller confirms a topic a moment before the
   * brokers know it; a service that started in between would report it as missing.
   *
   * @throws TopicsException if one is still not listed after {@link #VISIBLE_WITHIN}
   */
  void awaitVisible(List<TopicSpec> specs) {
    long deadline = System.nanoTime() + VISIBLE_WITHIN.toNanos();
    while (existing(specs).size() < specs.size()) {
      if (System.nanoTime() - deadline > 0) {
        throw new TopicsException(
            "topics were created, but the brokers do not list all of them after %d s; run the command again"
                .formatted(VISIBLE_WITHIN.toSeconds()),
            null);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  List<Difference> differences(List<TopicSpec> specs, int replicationFactor) {
    if (specs.isEmpty()) {
      return List.of();
    }
    var names = specs.stream().map(TopicSpec::name).toList();
    var descriptions =
        Answers.await(admin.describeTopics(names).allTopicNames(), "topics could not be described");
    var settings = settings(names);
    var remedies = new Remedies(address());
    var differences = new ArrayList<Difference>();
    for (var spec : specs) {
      var description = descriptions.get(spec.name());
      var found = settings.get(spec.name());
      if (description != null && found != null) {
        differences.addAll(shape(spec, description, replicationFactor, remedies));
        differences.addAll(settings(spec, found, remedies));
      }
    }
    return differences;
  }

  private Map<String, Config> settings(List<String> names) {
    var resources =
        names.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    return Answers.await(admin.describeConfigs(resources).all(), "topic settings could not be read")
        .entrySet()
        .stream()
        .collect(Collectors.toMap(entry -> entry.getKey().name(), Map.Entry::getValue));
  }

  private static List<Difference> shape(
      TopicSpec spec, TopicDescription found, int replicationFactor, Remedies remedies) {
    var differences = new ArrayList<Difference>();
    int partitions = found.partitions().size();
    if (partitions != spec.partitions()) {
      differences.add(
          new Difference(
              spec.name(),
              "partitions",
              Integer.toString(partitions),
              Integer.toString(spec.partitions()),
              true,
              remedies.alterPartitions(spec.name(), partitions, spec.partitions())));
    }
    int replicas = found.partitions().get(0).replicas().size();
    if (replicas != replicationFactor) {
      differences.add(
          new Difference(
              spec.name(),
              "replication.factor",
              Integer.toString(replicas),
              Integer.toString(replicationFactor),
              false,
              remedies.alterReplication(spec.name())));
    }
    return differences;
  }

  private static List<Difference> settings(TopicSpec spec, Config found, Remedies remedies) {
    var differences = new ArrayList<Difference>();
    for (var expected : spec.expectations()) {
      var entry = found.get(expected.setting());
      String value = entry == null || entry.value() == null ? "" : entry.value();
      if (!expected.isMetBy(value)) {
        differences.add(
            new Difference(
                spec.name(),
                expected.setting(),
                value,
                expected.value(),
                expected.isRequired(),
                remedies.alterSetting(spec.name(), expected.setting(), expected.value())));
      }
    }
    return differences;
  }

  private String address() {
    return Answers.await(admin.describeCluster().nodes(), "brokers could not be listed").stream()
        .findFirst()
        .map(node -> node.host() + ":" + node.port())
        .orElse("HOST:PORT");
  }
}
