package io.millrace.schemas.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.broker.EmbeddedBroker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A topic on an embedded broker, with a producer and a consumer that belong to the test. */
final class BrokerTopic implements AutoCloseable {
  private final Map<String, String> kafka;
  private final KafkaProducer<byte[], byte[]> producer;
  private final String name;
  final Consumer<byte[], byte[]> consumer;

  BrokerTopic(EmbeddedBroker broker, String name, int partitions) {
    this.kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    this.name = name;
    try (Admin admin = Admin.create(Map.<String, Object>copyOf(kafka))) {
      Answers.await(
          admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all(),
          "topic " + name + " could not be created");
    }
    var bytes = new ByteArraySerializer();
    this.producer = new KafkaProducer<>(Map.copyOf(kafka), bytes, bytes);
    this.consumer = CommittedReader.open(kafka);
  }

  String name() {
    return name;
  }

  TopicPartition partition(int number) {
    return new TopicPartition(name, number);
  }

  /** Appends values; they are readable when it returns. */
  void append(int partition, String... values) throws InterruptedException, ExecutionException {
    for (String value : values) {
      producer.send(new ProducerRecord<>(name, partition, null, value.getBytes(UTF_8))).get();
    }
  }

  /** Deletes the records before an offset. */
  void trim(int partition, long before) {
    try (Admin admin = Admin.create(Map.<String, Object>copyOf(kafka))) {
      Answers.await(
          admin
              .deleteRecords(
                  Map.of(
                      partition(partition),
                      org.apache.kafka.clients.admin.RecordsToDelete.beforeOffset(before)))
              .all(),
          "records could not be deleted");
    }
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
