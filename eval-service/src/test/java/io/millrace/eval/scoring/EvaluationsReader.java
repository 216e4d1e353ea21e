package io.millrace.eval.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.topics.TopicNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** The evaluations topic as a reader of committed records follows it. */
final class EvaluationsReader implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, Evaluation> latest = new HashMap<>();

  EvaluationsReader(World world) {
    TopicPartition partition =
        new TopicPartition(new TopicNames(world.config.pipeline()).evaluations(), 0);
    consumer = CommittedReader.open(world.config.kafka());
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  private void read(Duration atMost) throws InvalidProtocolBufferException {
    for (var record : consumer.poll(atMost)) {
      latest.put(
          new String(record.key(), StandardCharsets.UTF_8), Evaluation.parseFrom(record.value()));
    }
  }

  /** Samples in the online series, held out or not. */
  long online() throws InvalidProtocolBufferException {
    read(Duration.ofMillis(100));
    return latest.entrySet().stream()
        .filter(entry -> entry.getKey().matches("online/(PREQUENTIAL|HOLDOUT)/.*"))
        .mapToLong(entry -> entry.getValue().getSums().getCount() + entry.getValue().getLate())
        .sum();
  }

  void await(String key) throws InvalidProtocolBufferException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!latest.containsKey(key)) {
      assertThat(System.nanoTime()).as("waiting for %s", key).isLessThan(deadline);
      read(Duration.ofMillis(10));
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
