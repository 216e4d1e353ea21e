package io.millrace.demo;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.topics.CommittedReader;
import io.millrace.schemas.topics.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Fills a ledger from the samples, the train log and the dead letters, from their beginnings on,
 * {@code read_committed} and in no group. Confined to one thread.
 */
public final class LedgerReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final TopicNames topics;
  private final SampleLedger ledger;
  private final Consumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions = new ArrayList<>();

  public LedgerReader(PipelineConfig pipeline) {
    this.topics = new TopicNames(pipeline.pipeline());
    this.ledger = new SampleLedger(pipeline);
    this.consumer = CommittedReader.open(pipeline.kafka(), Map.of("max.poll.records", 10_000));
    String samples = pipeline.samples().topic();
    consumer
        .partitionsFor(samples)
        .forEach(info -> partitions.add(new TopicPartition(samples, info.partition())));
    partitions.add(new TopicPartition(topics.trainLog(), 0));
    partitions.add(new TopicPartition(topics.deadLetters(), 0));
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Takes in all that is there by now. */
  public void readOn() throws InvalidProtocolBufferException {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        take(record);
      }
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) throws InvalidProtocolBufferException {
    if (record.topic().equals(topics.trainLog())) {
      ledger.onTrainLog(record);
    } else if (!record.topic().equals(topics.deadLetters())) {
      ledger.onSample(record);
    } else if (record.value() != null) {
      ledger.onDeadLetter(DeadLetter.parseFrom(record.value()));
    }
  }

  public SampleLedger ledger() {
    return ledger;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
