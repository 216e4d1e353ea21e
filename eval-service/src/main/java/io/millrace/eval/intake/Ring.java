package io.millrace.eval.intake;

import io.millrace.eval.metrics.Baselines;
import io.millrace.eval.metrics.RowScore;
import io.millrace.eval.metrics.Tally;
import io.millrace.eval.models.ModelOutputs;
import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.config.ModelConfig;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.Rows;
import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest {@code evaluation.ring} holdout samples of one partition, for the first estimate of a
 * new checkpoint. Confined to the scoring thread.
 */
public final class Ring {
  private final Rows rows;
  private final Baselines baselines;
  private final long[] offsets;
  private @Nullable ModelOutputs buffer;
  private int size;
  private int next;

  /**
   * @param baselines with {@code capacity} rows
   */
  public Ring(List<InputSpec> inputs, int capacity, Baselines baselines) {
    this.rows = new Rows(inputs, capacity);
    this.baselines = baselines;
    this.offsets = new long[capacity];
  }

  /** Adds a holdout sample; if the ring is full, it replaces the oldest. */
  public void add(Rows from, Baselines fromBaselines, int row, long offset) {
    for (int i = 0; i < rows.inputs().size(); i++) {
      int rowBytes = rows.inputs().get(i).rowBytes();
      rows.bytes(i).put(next * rowBytes, from.bytes(i), row * rowBytes, rowBytes);
    }
    rows.labels()[next] = from.label(row);
    rows.weights()[next] = from.weight(row);
    baselines.copy(next, fromBaselines, row);
    offsets[next] = offset;
    next = (next + 1) % rows.capacity();
    size = Math.min(size + 1, rows.capacity());
  }

  void clear() {
    size = 0;
    next = 0;
  }

  boolean isFull() {
    return size == rows.capacity();
  }

  int capacity() {
    return rows.capacity();
  }

  /** Whether a sample has an offset below this one. */
  boolean holdsBefore(long nextOffset) {
    for (int row = 0; row < size; row++) {
      if (offsets[row] < nextOffset) {
        return true;
      }
    }
    return false;
  }

  /** All rows; {@link #past} counts those below a model's lineage. */
  public Rows rows() {
    return rows;
  }

  /** A buffer for the outputs of a model on all rows. */
  public ModelOutputs buffer(ModelConfig model, LabelConfig label, int width) {
    ModelOutputs known = buffer;
    if (known == null) {
      known = new ModelOutputs(rows.capacity(), model, label, width);
      buffer = known;
    }
    return known;
  }

  public int size() {
    return size;
  }

  /**
   * Adds up the scores of the samples from before a model's lineage.
   *
   * @param outputs of all {@link #rows}
   * @param nextOffset the model's lineage in this partition
   */
  public RingRange past(FloatBuffer outputs, RowScore score, Tally into, long nextOffset) {
    long first = Long.MAX_VALUE;
    long last = -1;
    for (int row = 0; row < size; row++) {
      long offset = offsets[row];
      if (offset < nextOffset) {
        score.read(outputs, row, rows.label(row));
        into.add(score, rows.weight(row), baselines, row, 0);
        first = Math.min(first, offset);
        last = Math.max(last, offset);
      }
    }
    return new RingRange(first, last);
  }

  /** The first and the last offset that was scored; {@code last} is -1 if there was none. */
  public record RingRange(long first, long last) {}
}
