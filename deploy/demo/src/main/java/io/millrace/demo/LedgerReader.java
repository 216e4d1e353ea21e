package io.millrace.demo;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.kafka.TopicRead;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.topics.TopicNames;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Fills a ledger from the samples, the train log and the dead letters, from their beginning, with
 * {@code read_committed} and without a group. Confined to one thread.
 */
public final class LedgerReader implements AutoCloseable {
  private final TopicNames topics;
  private final SampleLedger ledger;
  private final Consumer<byte[], byte[]> consumer;
  private final TopicRead<byte[]> read;

  public LedgerReader(PipelineConfig pipeline) {
    this.topics = new TopicNames(pipeline.pipeline());
    this.ledger = new SampleLedger(pipeline);
    this.consumer = CommittedReader.open(pipeline.kafka(), Map.of("max.poll.records", 10_000));
    this.read = new TopicRead<>(consumer);
    String samples = pipeline.samples().topic();
    List<TopicPartition> partitions = new ArrayList<>(TopicRead.partitions(consumer, samples));
    partitions.add(new TopicPartition(topics.trainLog(), 0));
    partitions.add(new TopicPartition(topics.deadLetters(), 0));
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Reads all records that were added since the last call. */
  public void readOn() {
    read.readToEnd(this::take);
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.topic().equals(topics.trainLog())) {
      ledger.onTrainLog(record);
    } else if (!record.topic().equals(topics.deadLetters())) {
      ledger.onSample(record);
    } else if (record.value() != null) {
      ledger.onDeadLetter(parse(record.value()));
    }
  }

  private static DeadLetter parse(byte[] letter) {
    try {
      return DeadLetter.parseFrom(letter);
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException("not a dead letter: " + e.getMessage(), e);
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
