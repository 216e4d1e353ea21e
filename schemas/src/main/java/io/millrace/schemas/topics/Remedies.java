package io.millrace.schemas.topics;

/** The commands of Kafka's own distribution that correct a topic. */
record Remedies(String bootstrapServers) {
  String alterSetting(String topic, String setting, String value) {
    String literal = value.contains(",") ? "[" + value + "]" : value;
    return "kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s --add-config %s=%s"
        .formatted(bootstrapServers, topic, setting, literal);
  }

  String alterPartitions(String topic, int found, int expected) {
    return found < expected
        ? "kafka-topics.sh --bootstrap-server %s --alter --topic %s --partitions %d"
            .formatted(bootstrapServers, topic, expected)
        : "partitions cannot be removed: give the pipeline another name, or delete the topic with all its records: kafka-topics.sh --bootstrap-server %s --delete --topic %s"
            .formatted(bootstrapServers, topic);
  }

  String alterReplication(String topic) {
    return "kafka-reassign-partitions.sh --bootstrap-server %s with a plan for %s"
        .formatted(bootstrapServers, topic);
  }
}
