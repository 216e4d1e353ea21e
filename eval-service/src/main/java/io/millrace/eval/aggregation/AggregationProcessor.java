package io.millrace.eval.aggregation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.ops.LogThrottle;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.serdes.Decoded;
import io.millrace.schemas.serdes.ProtoSerde;
import io.millrace.schemas.topics.TopicNames;
import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes the records and passes them to the router. Confined to one stream thread; published
 * records, the store and the offsets are committed together.
 */
final class AggregationProcessor implements Processor<byte[], byte[], byte[], byte[]>, Publisher {
  private static final Logger log = LoggerFactory.getLogger(AggregationProcessor.class);
  private static final Duration TICK = Duration.ofMillis(50);

  private final ProtoSerde<ScoreSums> sumsSerde = ProtoSerde.of(ScoreSums.getDefaultInstance());
  private final ProtoSerde<Checkpoint> checkpoints = ProtoSerde.of(Checkpoint.getDefaultInstance());
  private final ProtoSerde<Promotion> promotions = ProtoSerde.of(Promotion.getDefaultInstance());
  private final PipelineConfig config;
  private final TopicNames topics;
  private final int partitions;
  private final AggregationMeters meters;
  private final LogThrottle mismatches = new LogThrottle();
  private final LogThrottle unreadable = new LogThrottle();
  private @Nullable ProcessorContext<byte[], byte[]> context;
  private @Nullable MessageRouter router;

  AggregationProcessor(PipelineConfig config, int partitions, AggregationMeters meters) {
    this.config = config;
    this.topics = new TopicNames(config.pipeline());
    this.partitions = partitions;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    StateStore store = new StateStore(context.getStateStore(StateStore.NAME));
    router =
        new MessageRouter(config, partitions, store, this, meters, context::currentSystemTimeMs);
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, nowMs -> router().onTick());
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata place = context().recordMetadata().orElseThrow();
    if (place.topic().equals(topics.scoreSums())) {
      read(sumsSerde.decode(record.value()), place).ifPresent(sums -> onSums(sums, place));
    } else if (place.topic().equals(topics.promotions())) {
      read(promotions.decode(record.value()), place)
          .ifPresent(promotion -> router().onPromotion(promotion));
    } else if (record.value() != null) {
      read(checkpoints.decode(record.value()), place)
          .ifPresent(checkpoint -> onAnnounced(checkpoint, record.timestamp()));
    } else if (record.key() != null) {
      CheckpointId.tryOf(new String(record.key(), UTF_8))
          .ifPresentOrElse(router()::onDeleted, meters::onIgnored);
    }
  }

  private void onAnnounced(Checkpoint checkpoint, long atMs) {
    if (CheckpointId.tryOf(checkpoint.getId()).isPresent()) {
      router().onAnnounced(checkpoint, atMs);
    } else {
      meters.onIgnored();
    }
  }

  /*
   * Sums that do not fit the pipeline (bins of another version) fail before anything is changed.
   */
  private void onSums(ScoreSums sums, RecordMetadata place) {
    try {
      router().onSums(sums, place.offset());
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      meters.onIgnored();
      mismatches
          .tryLog(System.nanoTime())
          .ifPresent(
              unlogged ->
                  log.atError()
                      .addKeyValue("offset", place.offset())
                      .addKeyValue("unlogged", unlogged)
                      .setCause(e)
                      .log("score sums that do not fit this pipeline were ignored"));
    }
  }

  private <T> java.util.Optional<T> read(Decoded<T> decoded, RecordMetadata place) {
    if (decoded instanceof Decoded.Rejected<T> rejected) {
      meters.onIgnored();
      unreadable
          .tryLog(System.nanoTime())
          .ifPresent(
              unlogged ->
                  log.atWarn()
                      .addKeyValue("topic", place.topic())
                      .addKeyValue("offset", place.offset())
                      .addKeyValue("reason", rejected.detail())
                      .addKeyValue("unlogged", unlogged)
                      .log("a record cannot be read and was ignored"));
    }
    return decoded.tryValue();
  }

  @Override
  public void evaluation(String key, Evaluation evaluation, boolean first) {
    forward(key, evaluation.toByteArray(), AggregationTopology.EVALUATIONS);
    if (first) {
      context().commit();
    }
  }

  @Override
  public void promotion(Promotion promotion) {
    meters.onPromotion(promotion);
    forward(config.pipeline(), promotion.toByteArray(), AggregationTopology.PROMOTIONS);
    if (isUrgent(promotion.getDecision())) {
      context().commit();
    }
  }

  /** Whether it changes which checkpoint is in force. */
  private static boolean isUrgent(Promotion.Decision decision) {
    return decision == Promotion.Decision.PROMOTED || decision == Promotion.Decision.ROLLED_BACK;
  }

  private void forward(String key, byte[] value, String sink) {
    long nowMs = context().currentSystemTimeMs();
    context().forward(new Record<>(key.getBytes(UTF_8), value, nowMs), sink);
  }

  private ProcessorContext<byte[], byte[]> context() {
    return java.util.Objects.requireNonNull(context, "not initialised");
  }

  private MessageRouter router() {
    return java.util.Objects.requireNonNull(router, "not initialised");
  }
}
