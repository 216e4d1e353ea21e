package io.millrace.eval.commit;

import io.millrace.eval.intake.Membership;
import io.millrace.eval.intake.ScoringSettings;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.topics.TopicNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Score sums and the offsets they were made from, in one transaction. Used by one thread at a time.
 */
public final class Commits implements AutoCloseable {
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);
  private static final Duration JOIN_WITHIN = Duration.ofSeconds(2);

  private final PipelineConfig config;
  private final String topic;
  private final String transactionalId;
  private final Membership membership;
  private @Nullable Producer<byte[], byte[]> producer;

  public Commits(PipelineConfig config, Membership membership) {
    this.config = config;
    this.topic = new TopicNames(config.pipeline()).scoreSums();
    this.transactionalId = ScoringSettings.transactionalId(config);
    this.membership = membership;
  }

  /** Ends what was left open under this transactional id, and begins anew. */
  void open() {
    close();
    var bytes = new ByteArraySerializer();
    Producer<byte[], byte[]> opened =
        new KafkaProducer<>(ScoringSettings.producer(config, transactionalId), bytes, bytes);
    producer = opened;
    opened.initTransactions();
  }

  /**
   * All or nothing. When the group has gone on to a generation that this instance is about to join,
   * the partitions are still its own: then it is committed again, as the member of that one.
   *
   * @param member whose partitions these are, until {@code commit} returns
   * @throws KafkaException if it failed, or may have: {@link #open} again, and go on from the
   *     committed offsets
   */
  void commit(
      List<ScoreSums> sums,
      Map<TopicPartition, OffsetAndMetadata> positions,
      ConsumerGroupMetadata member) {
    Producer<byte[], byte[]> open = Objects.requireNonNull(producer, "not open");
    ConsumerGroupMetadata as = member;
    while (true) {
      try {
        commit(open, sums, positions, as);
        return;
      } catch (CommitFailedException e) {
        open.abortTransaction();
        as = membership.awaitAfter(as.generationId(), JOIN_WITHIN);
        if (as == null) {
          throw e;
        }
      }
    }
  }

  private void commit(
      Producer<byte[], byte[]> open,
      List<ScoreSums> sums,
      Map<TopicPartition, OffsetAndMetadata> positions,
      ConsumerGroupMetadata member) {
    open.beginTransaction();
    for (ScoreSums each : sums) {
      // a failure surfaces in commitTransaction
      var unused =
          open.send(new ProducerRecord<>(topic, 0, ScoreSumsKey.of(each), each.toByteArray()));
    }
    open.sendOffsetsToTransaction(positions, member);
    open.commitTransaction();
  }

  @Override
  public void close() {
    Producer<byte[], byte[]> open = producer;
    producer = null;
    if (open != null) {
      open.close(CLOSE_WITHIN);
    }
  }
}
