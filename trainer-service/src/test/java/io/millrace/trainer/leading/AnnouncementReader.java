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

/** The announcements of a pipeline's trainers. */
record AnnouncementReader(String bootstrapServers, String pipeline) {
  /** The announced checkpoints that were not withdrawn. */
  List<Checkpoint> present() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      return Announcements.read(consumer, new TopicNames(pipeline).checkpoints()).inOrder();
    }
  }

  /** The announcement with the largest train-log offset; an empty message if there is none. */
  Checkpoint newest() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      return Announcements.read(consumer, new TopicNames(pipeline).checkpoints())
          .newest()
          .orElse(Checkpoint.getDefaultInstance());
    }
  }

  /** The trainer's term of each announcement, including withdrawn ones, in order. */
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
