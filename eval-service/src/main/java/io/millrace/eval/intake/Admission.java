package io.millrace.eval.intake;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Counts the records of an eval batch in the ledgers of their partitions, in order, and keeps only
 * samples to be scored in the batch. Confined to the scoring thread.
 */
public final class Admission {
  private final Map<TopicPartition, PartitionState> states;
  private final IntakeMeters meters;

  /**
   * @param states of the partitions assigned to this instance
   */
  public Admission(Map<TopicPartition, PartitionState> states, IntakeMeters meters) {
    this.states = states;
    this.meters = meters;
  }

  public void admit(EvalBatch batch) {
    int consumed = 0;
    int kept = 0;
    TopicPartition last = null;
    PartitionState state = null;
    for (int row = 0; row < batch.size(); row++) {
      TopicPartition partition = batch.partitions[row];
      if (partition != last) {
        last = partition;
        state = states.get(partition);
      }
      if (state == null) {
        continue;
      }
      consumed++;
      state.onConsumed(batch.offsets[row], batch.appendedMs[row]);
      Exclusion reason = exclusion(batch, row, state);
      if (reason == null) {
        batch.keep(row, kept++, state);
      } else {
        state.onExcluded(reason);
        meters.onExcluded(reason);
      }
    }
    batch.truncate(kept);
    meters.onConsumed(consumed);
  }

  private static @Nullable Exclusion exclusion(EvalBatch batch, int row, PartitionState state) {
    if (batch.rejected[row]) {
      return Exclusion.REJECTED;
    }
    return state.isRepeat(batch.rows.idHash(row), batch.offsets[row]) ? Exclusion.REPEAT : null;
  }
}
