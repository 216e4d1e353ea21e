package io.millrace.eval.intake;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.lineage.SamplePartition;
import io.millrace.schemas.threads.ThreadOwner;
import io.millrace.schemas.time.Clock;
import io.millrace.schemas.topics.GroupNames;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls and decodes samples on a thread of its own, ahead of scoring. The consumer group assigns
 * partitions; polling starts at the committed offsets.
 */
public final class Poller implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Poller.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long REVOKE_SECONDS = 20;

  private final ThreadOwner owner = new ThreadOwner("the polling of samples");
  private final PipelineConfig config;
  private final String topicId;
  private final Deliveries deliveries;
  private final Membership membership;
  private final BatchFiller filler;
  private final IntSupplier epochs;
  private final Supplier<Lineage> beginning;
  private final KafkaConsumer<byte[], ByteBuffer> consumer;
  private volatile boolean closing;
  private volatile long lag;
  private int epoch;

  /**
   * @param membership receives each generation before its partitions are assigned or revoked
   * @param epochs the scoring thread's epoch; when it changes, polling restarts at the committed
   *     offsets
   * @param beginning the lineage of the first checkpoint: where a group without offsets starts
   */
  public Poller(
      PipelineConfig config,
      String topicId,
      Deliveries deliveries,
      Membership membership,
      IntSupplier epochs,
      Supplier<Lineage> beginning,
      Clock clock) {
    this.config = config;
    this.topicId = topicId;
    this.deliveries = deliveries;
    this.membership = membership;
    this.filler = new BatchFiller(config, deliveries, clock);
    this.epochs = epochs;
    this.beginning = beginning;
    // values are not copied: they are decoded before the next poll
    this.consumer =
        new KafkaConsumer<>(
            ScoringSettings.consumer(config),
            new ByteArrayDeserializer(),
            new ByteBufferDeserializer());
  }

  public Consumer<byte[], ByteBuffer> consumer() {
    return consumer;
  }

  /** Records not polled yet, as of the last poll. */
  public long lag() {
    return lag;
  }

  /** Ends {@link #run}; any thread may call it. */
  public void stop() {
    closing = true;
    consumer.wakeup();
  }

  /** Polls until stopped. */
  public void run() {
    owner.claim();
    epoch = epochs.getAsInt();
    try {
      consumer.subscribe(List.of(config.samples().topic()), new AssignmentListener());
      while (!closing) {
        if (epoch != epochs.getAsInt()) {
          filler.flush();
          epoch = epochs.getAsInt();
          assign(consumer.assignment());
        }
        if (!pollOnce()) {
          return;
        }
      }
    } catch (WakeupException e) {
      log.atDebug().log("polling ended");
    } catch (KafkaException e) {
      // a wakeup during a rebalance arrives wrapped
      if (!closing) {
        throw e;
      }
    } finally {
      filler.flush();
    }
  }

  /** Leaves the group, after everything polled was scored and committed. */
  @Override
  public void close() {
    closing = true;
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(3)));
  }

  private boolean pollOnce() {
    ConsumerRecords<byte[], ByteBuffer> records;
    try {
      records = consumer.poll(filler.pollTimeout(POLL));
    } catch (OffsetOutOfRangeException e) {
      return e.offsetOutOfRangePartitions().entrySet().stream()
          .allMatch(place -> skip(place.getKey(), place.getValue()));
    }
    membership.set(consumer.groupMetadata());
    long behind = 0;
    for (TopicPartition partition : records.partitions()) {
      behind += consumer.currentLag(partition).orElse(0);
      if (!filler.add(partition, records.records(partition), epoch)) {
        return false;
      }
    }
    lag = behind;
    return !filler.isDue() || filler.flush();
  }

  /** Delivers in order: the batch that is being filled goes first. */
  private boolean put(Deliveries.Delivery delivery) {
    return filler.flush() && deliveries.put(delivery);
  }

  private boolean skip(TopicPartition partition, long position) {
    long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
    if (position > begin) {
      throw ScoringException.beyondEnd(partition, position);
    }
    report(partition, position, begin);
    consumer.seek(partition, begin);
    return put(new Deliveries.Delivery.Lost(epoch, partition, begin));
  }

  private static void report(TopicPartition partition, long from, long to) {
    log.atError()
        .addKeyValue("topic", partition.topic())
        .addKeyValue("partition", partition.partition())
        .addKeyValue("from", from)
        .addKeyValue("to", to)
        .log("samples were deleted before they were scored; counted as lost");
  }

  /** Seeks to the committed offsets, or to where the pipeline began. */
  private void assign(Collection<TopicPartition> partitions) {
    Set<TopicPartition> asked = new HashSet<>(partitions);
    Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(asked);
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(asked);
    Map<TopicPartition, Long> ends = consumer.endOffsets(asked);
    for (TopicPartition partition : asked) {
      long begin = begins.getOrDefault(partition, 0L);
      OffsetAndMetadata known = committed.get(partition);
      String metadata = known == null ? "" : known.metadata();
      long wanted = known == null ? beginningOf(partition, begin) : known.offset();
      requireSameTopic(partition, topicId(partition, metadata));
      if (wanted > ends.getOrDefault(partition, 0L)) {
        throw ScoringException.beyondEnd(partition, wanted);
      }
      long from = Math.max(wanted, begin);
      if (from > wanted) {
        report(partition, wanted, from);
      }
      consumer.seek(partition, from);
      put(new Deliveries.Delivery.Assigned(epoch, partition, from, metadata, from - wanted));
    }
  }

  /** Of a partition that the first checkpoint does not name, all records belong to the pipeline. */
  private long beginningOf(TopicPartition partition, long begin) {
    Long known =
        beginning
            .get()
            .nextOffsets()
            .get(new SamplePartition(partition.topic(), topicId, partition.partition()));
    return known == null ? begin : known;
  }

  private String topicId(TopicPartition partition, String metadata) {
    try {
      return OffsetMetadata.parse(metadata).getTopicId();
    } catch (IllegalArgumentException e) {
      throw ScoringException.unreadableState(
          partition, new GroupNames(config.pipeline()).scoring(), e);
    }
  }

  private void requireSameTopic(TopicPartition partition, String found) {
    if (!found.isEmpty() && !found.equals(topicId)) {
      throw ScoringException.topicReplaced(partition, found, topicId);
    }
  }

  private final class AssignmentListener implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      owner.assertHeld();
      membership.set(consumer.groupMetadata());
      if (!partitions.isEmpty()) {
        assign(partitions);
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      membership.set(consumer.groupMetadata());
      revoke(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      membership.leave();
      revoke(partitions);
    }

    private void revoke(Collection<TopicPartition> partitions) {
      owner.assertHeld();
      CompletableFuture<Void> done = new CompletableFuture<>();
      if (!partitions.isEmpty()
          && put(new Deliveries.Delivery.Revoked(epoch, List.copyOf(partitions), done))) {
        awaitRelease(done);
      }
    }
  }

  /**
   * Another instance must not continue before this one has released the partitions: if that takes
   * too long, scoring stops.
   */
  private static void awaitRelease(CompletableFuture<Void> done) {
    try {
      done.get(REVOKE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw ScoringException.revocationTimedOut(REVOKE_SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ScoringException.revocationTimedOut(0);
    }
  }
}
