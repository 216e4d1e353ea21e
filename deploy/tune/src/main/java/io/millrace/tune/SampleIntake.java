package io.millrace.tune;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.Task;
import io.millrace.schemas.features.Holdout;
import io.millrace.schemas.features.SampleDecoder;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.features.rows.RowCodec;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.proto.DeadLetter.Reason;
import io.millrace.schemas.topics.Origin;
import io.millrace.schemas.tuning.TuningSamples;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decodes records as windowing does, leaves out those held out, and sorts the samples by append
 * time. Confined to one thread.
 */
final class SampleIntake {
  private final PipelineConfig config;
  private final SampleDecoder decoder;
  private final Holdout holdout;
  private final Rows row;
  private final RowCodec codec;
  private final List<Appended> samples = new ArrayList<>();
  private final Map<Reason, Integer> rejected = new TreeMap<>();
  private @Nullable String firstRejection;
  private int heldOut;

  private record Appended(long timestampMs, int partition, long offset, byte[] row) {}

  SampleIntake(PipelineConfig config) {
    this.config = config;
    decoder = new SampleDecoder(config);
    holdout = new Holdout(config.holdout());
    row = decoder.rows(1);
    codec = new RowCodec(decoder.inputs());
  }

  /**
   * Adds a record.
   *
   * @param origin where it was first read
   */
  void add(
      byte @Nullable [] key,
      byte @Nullable [] value,
      long timestampMs,
      int partition,
      long offset,
      Origin origin) {
    Rejection rejection = decoder.decode(value, timestampMs, row, 0);
    if (rejection != null) {
      reject(rejection.reason(), "offset " + offset + ": " + rejection.detail());
    } else if (holdout.includes(key, row.holdoutHash(0), origin.partition(), origin.offset())) {
      heldOut++;
    } else {
      samples.add(new Appended(timestampMs, partition, offset, codec.encode(row, 0, offset)));
    }
  }

  void reject(Reason reason, String detail) {
    rejected.merge(reason, 1, Integer::sum);
    if (firstRejection == null) {
      firstRejection = reason + " at " + detail;
    }
  }

  /** The samples that were read. */
  record SamplesRead(
      TuningSamples samples,
      int heldOut,
      Map<Reason, Integer> rejected,
      @Nullable String firstRejection) {
    int rejections() {
      return rejected.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /**
   * Returns everything that was added.
   *
   * @param source the source's name, for the message
   * @throws TuneException if no sample is left to train on
   */
  SamplesRead finish(String source) {
    if (samples.isEmpty()) {
      throw new TuneException(
          "%s: no sample to train on; %d held out, rejected %s%s"
              .formatted(
                  source,
                  heldOut,
                  rejected,
                  firstRejection == null ? "" : ", the first: " + firstRejection));
    }
    samples.sort(
        Comparator.comparingLong(Appended::timestampMs)
            .thenComparingInt(Appended::partition)
            .thenComparingLong(Appended::offset));
    List<byte[]> rows = new ArrayList<>(samples.size());
    samples.forEach(sample -> rows.add(sample.row()));
    boolean classes = config.label().task() == Task.MULTICLASS;
    return new SamplesRead(
        new TuningSamples(codec, classes, rows),
        heldOut,
        Collections.unmodifiableMap(rejected),
        firstRejection);
  }
}
