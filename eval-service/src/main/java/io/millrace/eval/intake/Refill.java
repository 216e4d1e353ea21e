package io.millrace.eval.intake;

import io.millrace.eval.metrics.BaselineState;
import io.millrace.eval.metrics.Baselines;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.kafka.TopicRead;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Restores the ring and the recent ids of a partition after a restart, by reading the last consumed
 * records again. Only the ring's baselines differ: they start where this reading starts. Confined
 * to the scoring thread.
 */
public final class Refill {
  /** Reads at most this many times as far back as the holdout's share suggests. */
  private static final int MOST_STRETCHES = 8;

  private final PipelineConfig config;
  private final RecordDecoder decoder;

  public Refill(PipelineConfig config, RecordDecoder decoder) {
    this.config = config;
    this.decoder = decoder;
  }

  /**
   * @param next the offset at which consumption resumes; only records before it are read
   */
  public void fill(PartitionState state, long next) {
    TopicPartition partition =
        new TopicPartition(state.partition.topic(), state.partition.partition());
    try (KafkaConsumer<byte[], ByteBuffer> consumer =
        CommittedReader.openBuffers(config.kafka(), Map.of("max.poll.records", 4_000))) {
      consumer.assign(List.of(partition));
      long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
      long ids = state.ids == null ? 0 : RecentIds.REACH;
      double share = config.holdout().share();
      long stretch = share == 0 ? 0 : (long) (state.ring.capacity() * 1.2 / share) + 100;
      long from = Math.max(begin, next - Math.max(ids, stretch));
      if (from < next) {
        read(consumer, partition, state, from, next);
      }
      for (int stretches = 2;
          share > 0 && !state.ring.isFull() && from > begin && stretches <= MOST_STRETCHES;
          stretches *= 2) {
        from = Math.max(begin, next - Math.max(ids, stretch * stretches));
        state.clearRecent();
        read(consumer, partition, state, from, next);
      }
    }
  }

  private void read(
      KafkaConsumer<byte[], ByteBuffer> consumer,
      TopicPartition partition,
      PartitionState state,
      long from,
      long next) {
    Rows row = decoder.rows(1);
    Baselines baselines = Baselines.of(config.model(), config.label(), 1);
    BaselineState labels = BaselineState.start(config.label());
    consumer.seek(partition, from);
    new TopicRead<>(consumer)
        .readTo(
            Map.of(partition, next),
            record -> {
              if (decoder.decode(record, row, 0)
                  && !state.isRepeat(row.idHash(0), record.offset())) {
                baselines.testThenLearn(0, labels, row.label(0), row.weight(0));
                if (decoder.isHeldOut(record, row, 0)) {
                  state.ring.add(row, baselines, 0, record.offset());
                }
              }
            });
  }
}
