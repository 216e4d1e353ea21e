package io.millrace.trainer.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.kafka.TopicRead;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.serdes.Decoded;
import io.millrace.schemas.serdes.ProtoSerde;
import io.millrace.schemas.topics.DeadLetterRecord;
import io.millrace.schemas.topics.GroupNames;
import io.millrace.schemas.topics.Origin;
import io.millrace.schemas.topics.TopicNames;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Lists the dead letters of a pipeline, and sends them back after a fix. A tombstone for each
 * letter is written in the same transaction, so that no letter is sent back twice. Not thread-safe.
 */
public final class DeadLetterBox {
  private static final ProtoSerde<DeadLetter> LETTERS =
      ProtoSerde.of(DeadLetter.getDefaultInstance()).withMaxBytes(Integer.MAX_VALUE);

  private final PipelineConfig config;
  private final TopicPartition log;

  public DeadLetterBox(PipelineConfig config) {
    this.config = config;
    this.log = new TopicPartition(new TopicNames(config.pipeline()).deadLetters(), 0);
  }

  /** The letters that were not sent back, by key, oldest first. */
  public Map<String, DeadLetter> read() {
    Map<String, DeadLetter> letters = new LinkedHashMap<>();
    try (Consumer<byte[], byte[]> consumer = CommittedReader.open(config.kafka())) {
      new TopicRead<>(consumer)
          .readAll(List.of(log), record -> apply(record.key(), record.value(), letters));
    }
    return letters;
  }

  private static void apply(
      byte @Nullable [] key, byte @Nullable [] value, Map<String, DeadLetter> letters) {
    String place = key == null ? "" : new String(key, UTF_8);
    if (value == null) {
      letters.remove(place);
    } else if (LETTERS.decode(value) instanceof Decoded.Ok<DeadLetter> ok) {
      letters.put(place, ok.value());
    }
  }

  /** Whether the letter has the whole record. */
  public static boolean canBeSentBack(DeadLetter letter) {
    return !letter.getBytesLost() && letter.getCutFromBytes() == 0;
  }

  /** Sends letters back to the partitions they came from, all or none. */
  public void sendBack(Collection<DeadLetter> letters) {
    Map<String, Object> properties = new HashMap<>(config.kafka());
    properties.put("transactional.id", new GroupNames(config.pipeline()).deadLetters());
    properties.put("max.request.size", Integer.toString(64 << 20));
    var bytes = new ByteArraySerializer();
    try (Producer<byte[], byte[]> producer = new KafkaProducer<>(properties, bytes, bytes)) {
      producer.initTransactions();
      producer.beginTransaction();
      for (DeadLetter letter : letters) {
        var sent = producer.send(toSample(letter));
        var done =
            producer.send(new ProducerRecord<>(log.topic(), 0, DeadLetterRecord.key(letter), null));
      }
      producer.commitTransaction();
    }
  }

  /** The record with its headers, and with the place where it was first read. */
  private static ProducerRecord<byte[], byte[]> toSample(DeadLetter letter) {
    RecordHeaders headers = new RecordHeaders();
    for (DeadLetter.Header header : letter.getHeadersList()) {
      headers.add(header.getKey(), header.hasValue() ? header.getValue().toByteArray() : null);
    }
    Origin origin =
        Origin.of(headers, letter.getTopic(), letter.getPartition(), letter.getOffset());
    headers.remove(Origin.HEADER);
    headers.add(origin.toHeader(letter.getTopic()));
    return new ProducerRecord<>(
        letter.getTopic(),
        letter.getPartition(),
        letter.getTimestampMs(),
        letter.hasKey() ? bytes(letter.getKey()) : null,
        letter.hasValue() ? bytes(letter.getValue()) : null,
        headers);
  }

  private static byte[] bytes(ByteString value) {
    return value.toByteArray();
  }
}
