package io.millrace.trainer.leading;

import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.kafka.TopicRead;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.topics.Announcements;
import io.millrace.schemas.topics.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** What a pipeline's trainers have announced. */
record AnnouncementReader(String bootstrapServers, String pipeline) {
  /** Those that are there. */
  List<Checkpoint> present() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      return Announcements.read(consumer, new TopicNames(pipeline).checkpoints()).inOrder();
    }
  }

  /** The one farthest in the log; empty fields where there is none. */
  Checkpoint newest() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      return Announcements.read(consumer, new TopicNames(pipeline).checkpoints())
          .newest()
          .orElse(Checkpoint.getDefaultInstance());
    }
  }

  /** Of each announcement ever made, in order, the term of its trainer. */
  List<CheckpointId.Term> terms() {
    List<CheckpointId.Term> terms = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      new TopicRead<>(consumer)
          .readAll(
              List.of(new TopicPartition(new TopicNames(pipeline).checkpoints(), 0)),
              record -> {
                if (record.value() != null) {
                  terms.add(CheckpointId.of(new String(record.key())).term().orElseThrow());
                }
              });
    }
    return terms;
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return CommittedReader.open(Map.of("bootstrap.servers", bootstrapServers));
  }
}
