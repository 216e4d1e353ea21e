package io.millrace.trainer.windowing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.TrainBatchReader;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.schemas.topics.TopicNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The result of each sample, by "partition/offset", as a reader of committed records sees it. Each
 * {@link #read} continues from the last one. Not thread-safe.
 */
final class WindowingLedger implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicNames topics;
  private final TrainBatchReader reader;
  private final Map<String, Integer> trained = new TreeMap<>();
  private final Map<String, Integer> rejected = new TreeMap<>();

  WindowingLedger(PipelineConfig config, String bootstrapServers) {
    this.topics = new TopicNames(config.pipeline());
    this.reader = new TrainBatchReader(InputSpec.of(config.features()));
    this.consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> both =
        List.of(
            new TopicPartition(topics.trainLog(), 0), new TopicPartition(topics.deadLetters(), 0));
    consumer.assign(both);
    consumer.seekToBeginning(both);
  }

  /**
   * Reads to the end. Returns how many samples have been processed so far, except those held out.
   */
  int read() {
    for (var record : consumer.poll(Duration.ofMillis(100))) {
      if (record.topic().equals(topics.trainLog())) {
        TrainBatchView batch = ((TrainBatchReader.Read.Batch) reader.read(record.value())).view();
        for (int i = 0; i < batch.size(); i++) {
          trained.merge(batch.partition().partition() + "/" + batch.offset(i), 1, Integer::sum);
        }
      } else {
        String key = new String(record.key(), UTF_8);
        rejected.merge(key.substring(key.indexOf('/') + 1), 1, Integer::sum);
      }
    }
    return trained.size() + rejected.size();
  }

  Map<String, Integer> trained() {
    return trained;
  }

  Map<String, Integer> rejected() {
    return rejected;
  }

  /** The places that occur more than once. */
  static Set<String> repeated(Map<String, Integer> places) {
    Set<String> repeated = new TreeSet<>();
    places.forEach(
        (place, times) -> {
          if (times > 1) {
            repeated.add(place);
          }
        });
    return repeated;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
