package io.millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.Holdout;
import io.millrace.schemas.features.SampleDecoder;
import io.millrace.schemas.features.rows.BatchAssembly;
import io.millrace.schemas.features.rows.RowCodec;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.topics.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Windowing's rival: one thread of kafka-clients alone that writes the same train batches in
 * transactions of the same interval. It keeps open batches in memory only, so a crash loses them.
 */
final class CopyLoop implements AutoCloseable {
  private static final long COMMIT_NANOS = 100_000_000L;

  private final PipelineConfig config;
  private final SampleDecoder decoder;
  private final Rows row;
  private final RowCodec codec;
  private final BatchAssembly assembly;
  private final Holdout holdout;
  private final String trainLog;
  private final Map<Integer, List<byte[]>> open = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
  private final Thread thread = new Thread(this::run, "millrace-copy");
  private volatile boolean closing;

  CopyLoop(PipelineConfig config) {
    this.config = config;
    this.decoder = new SampleDecoder(config);
    this.row = decoder.rows(1);
    this.codec = new RowCodec(decoder.inputs());
    this.assembly = new BatchAssembly(codec, false);
    this.holdout = new Holdout(config.holdout());
    this.trainLog = new TopicNames(config.pipeline()).trainLog();
    thread.start();
  }

  private void run() {
    Map<String, Object> kafka = new HashMap<>(config.kafka());
    Map<String, Object> reading = new HashMap<>(kafka);
    String name = config.pipeline() + "-copy";
    reading.put("group.id", name);
    reading.put("auto.offset.reset", "earliest");
    reading.put("enable.auto.commit", "false");
    reading.put("isolation.level", "read_committed");
    reading.put("max.poll.records", "4000");
    Map<String, Object> writing = new HashMap<>(kafka);
    writing.put("transactional.id", name);
    writing.put("linger.ms", "5");
    writing.put("batch.size", "131072");
    var in = new ByteArrayDeserializer();
    var out = new ByteArraySerializer();
    try (var consumer = new KafkaConsumer<>(reading, in, in);
        var producer = new KafkaProducer<>(writing, out, out)) {
      consumer.subscribe(List.of(config.samples().topic()));
      producer.initTransactions();
      while (!closing) {
        transaction(consumer, producer);
      }
    }
  }

  private void transaction(
      KafkaConsumer<byte[], byte[]> consumer, KafkaProducer<byte[], byte[]> producer) {
    producer.beginTransaction();
    long until = System.nanoTime() + COMMIT_NANOS;
    while (System.nanoTime() < until) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(20))) {
        take(record, producer);
      }
    }
    producer.sendOffsetsToTransaction(positions, consumer.groupMetadata());
    producer.commitTransaction();
  }

  private void take(ConsumerRecord<byte[], byte[]> record, KafkaProducer<byte[], byte[]> producer) {
    positions.put(
        new TopicPartition(record.topic(), record.partition()),
        new OffsetAndMetadata(record.offset() + 1));
    if (decoder.decode(record.value(), record.timestamp(), row, 0) != null
        || holdout.includes(
            record.key(), row.holdoutHash(0), record.partition(), record.offset())) {
      return;
    }
    List<byte[]> rows = open.computeIfAbsent(record.partition(), partition -> new ArrayList<>());
    rows.add(codec.encode(row, 0, record.offset()));
    if (rows.size() == config.training().perDeviceTrainBatchSize()) {
      byte[] value =
          assembly
              .assemble(rows)
              .setTopic(record.topic())
              .setPartition(record.partition())
              .setNextOffset(record.offset() + 1)
              .setCreatedMs(System.currentTimeMillis())
              .build()
              .toByteArray();
      rows.clear();
      byte[] key = Integer.toString(record.partition()).getBytes(UTF_8);
      var unused = producer.send(new ProducerRecord<>(trainLog, 0, key, value));
    }
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    thread.join();
  }
}
