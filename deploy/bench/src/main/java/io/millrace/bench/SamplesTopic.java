package io.millrace.bench;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.kafka.Answers;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The topic of samples that all rounds of a bench read. */
final class SamplesTopic {
  private SamplesTopic() {}

  /**
   * Creates the topic and fills its partitions in turn, with records without keys.
   *
   * @param count how many records
   * @param value of the record with this number, from 0
   * @throws io.millrace.schemas.kafka.AnswerException if the topic cannot be created
   */
  static void fill(
      EmbeddedBroker broker,
      Admin admin,
      String topic,
      int partitions,
      int count,
      IntFunction<byte[]> value) {
    Answers.await(
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all(),
        "topic " + topic + " could not be created");
    Map<String, Object> kafka =
        Map.of(
            "bootstrap.servers", broker.bootstrapServers(), "linger.ms", 20, "batch.size", 65536);
    var bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<>(kafka, bytes, bytes)) {
      for (int i = 0; i < count; i++) {
        var unused =
            producer.send(new ProducerRecord<>(topic, i % partitions, null, value.apply(i)));
      }
      producer.flush();
    }
  }
}
