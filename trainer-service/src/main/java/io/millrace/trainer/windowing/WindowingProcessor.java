package io.millrace.trainer.windowing;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.Task;
import io.millrace.schemas.features.Holdout;
import io.millrace.schemas.features.SampleDecoder;
import io.millrace.schemas.features.rows.BatchAssembly;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.features.rows.RowCodec;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.proto.TrainBatch;
import io.millrace.schemas.proto.TrainBatch.CloseReason;
import io.millrace.schemas.topics.Origin;
import io.millrace.trainer.deadletters.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Rejects each record of one partition, holds it out, or adds it to the open batch, which closes
 * when it is full or when its oldest sample has waited {@code batch_max_wait}. Confined to one
 * stream thread. Its output, its store and its position in the samples commit together.
 */
final class WindowingProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  static final String STORE = "open-batch";
  static final String TRAIN_LOG = "train-log";
  static final String DEAD_LETTERS = "dead-letters";

  private final SampleDecoder decoder;
  private final Rows row;
  private final RowCodec codec;
  private final BatchAssembly assembly;
  private final Holdout holdout;
  private final int batchSize;
  private final Duration maxWait;
  private final boolean dropLast;
  private final String topic;
  private final String topicId;
  private final DeadLetters deadLetters;
  private final WindowingMeters meters;
  private @Nullable ProcessorContext<byte[], byte[]> context;
  private @Nullable OpenBatch open;
  private long nextOffset;

  WindowingProcessor(PipelineConfig config, DeadLetters deadLetters, WindowingMeters meters) {
    this.decoder = new SampleDecoder(config);
    this.row = decoder.rows(1);
    this.codec = new RowCodec(decoder.inputs());
    this.assembly = new BatchAssembly(codec, config.label().task() == Task.MULTICLASS);
    this.holdout = new Holdout(config.holdout());
    this.batchSize = config.training().perDeviceTrainBatchSize();
    this.maxWait = config.training().batchMaxWait();
    this.dropLast = config.training().dataloaderDropLast();
    this.topic = config.samples().topic();
    this.topicId = deadLetters.topicId();
    this.deadLetters = deadLetters;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    String place = topic + "-" + context.taskId().partition();
    OpenBatch batch = new OpenBatch(context.getStateStore(STORE), codec, topicId, place);
    batch.restore();
    open = batch;
    nextOffset = batch.lastOffset() + 1;
    meters.watch(batch);
    long tickMs = Math.max(5, Math.min(100, maxWait.toMillis() / 4));
    context.schedule(Duration.ofMillis(tickMs), PunctuationType.WALL_CLOCK_TIME, this::onTick);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata place = context().recordMetadata().orElseThrow();
    meters.onSample();
    nextOffset = place.offset() + 1;
    Rejection rejection = decoder.decode(record.value(), record.timestamp(), row, 0);
    if (rejection != null) {
      meters.onRejected(rejection.reason());
      long nowMs = context().currentSystemTimeMs();
      context().forward(deadLetters.toRecord(record, place, rejection, nowMs), DEAD_LETTERS);
    } else if (isHeldOut(record, place)) {
      meters.onHeldOut();
    } else {
      collect(place.offset());
    }
  }

  private boolean isHeldOut(Record<byte[], byte[]> record, RecordMetadata place) {
    Origin origin = Origin.of(record.headers(), place.topic(), place.partition(), place.offset());
    return holdout.includes(record.key(), row.holdoutHash(0), origin.partition(), origin.offset());
  }

  private void collect(long offset) {
    OpenBatch batch = open();
    // only the first sample's time is used
    long nowMs = batch.size() == 0 ? context().currentSystemTimeMs() : 0;
    batch.add(codec.encode(row, 0, offset), nowMs);
    closeFull();
  }

  private void onTick(long nowMs) {
    closeFull();
    if (!dropLast && open().size() > 0 && open().ageMs(nowMs) >= maxWait.toMillis()) {
      closeBatch(open().size(), CloseReason.WAIT);
    }
  }

  /** After a restart with a smaller batch size, more than one batch may be full. */
  private void closeFull() {
    while (open().size() >= batchSize) {
      closeBatch(batchSize, CloseReason.FULL);
    }
  }

  private void closeBatch(int size, CloseReason reason) {
    int partition = context().taskId().partition();
    TrainBatch.Builder batch = assembly.assemble(open().take(size));
    long processedUntil = open().size() == 0 ? nextOffset : open().firstOffset();
    batch
        .setTopic(topic)
        .setTopicId(topicId)
        .setPartition(partition)
        .setNextOffset(processedUntil)
        .setCreatedMs(context().currentSystemTimeMs())
        .setCloseReason(reason);
    byte[] key = Integer.toString(partition).getBytes(StandardCharsets.US_ASCII);
    context()
        .forward(new Record<>(key, batch.build().toByteArray(), batch.getCreatedMs()), TRAIN_LOG);
    meters.onBatch(reason, size, batchSize);
  }

  @Override
  public void close() {
    if (open != null) {
      meters.unwatch(open);
    }
  }

  private ProcessorContext<byte[], byte[]> context() {
    return java.util.Objects.requireNonNull(context, "not initialised");
  }

  private OpenBatch open() {
    return java.util.Objects.requireNonNull(open, "not initialised");
  }
}
