package io.millrace.schemas.features;

import io.millrace.schemas.config.FeatureConfig;
import io.millrace.schemas.config.HoldoutConfig;
import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.SamplesConfig;
import io.millrace.schemas.features.columns.Column;
import io.millrace.schemas.features.columns.ColumnLayout;
import io.millrace.schemas.features.decoding.Fields;
import io.millrace.schemas.features.decoding.JsonRecords;
import io.millrace.schemas.features.decoding.ProtobufRecords;
import io.millrace.schemas.features.decoding.RecordParser;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.proto.DeadLetter.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes records into rows, without garbage per field. Confined to one thread; makes no assumption
 * about the bytes.
 *
 * <p>A record is parsed into the fields that the pipeline reads; then each {@link Column} writes
 * what it makes of its field. The first that refuses decides.
 */
public final class SampleDecoder {
  private final int maxBytes;
  private final RecordParser parser;
  private final Fields fields;
  private final Column[] columns;
  private final boolean hasEventTime;
  private final List<InputSpec> inputs;

  public SampleDecoder(PipelineConfig pipeline) {
    this(pipeline.samples(), pipeline.features(), pipeline.label(), pipeline.holdout());
  }

  public SampleDecoder(
      SamplesConfig samples,
      List<FeatureConfig> features,
      LabelConfig label,
      HoldoutConfig holdout) {
    this.maxBytes = samples.maxBytes();
    this.hasEventTime = samples.eventTime() != null;
    this.inputs = InputSpec.of(features);
    var layout = new ColumnLayout(samples, inputs);
    this.columns = layout.columns(features, label, holdout, Holdout.hashSeed(holdout.seed()));
    this.fields = layout.fields();
    this.parser =
        samples.format() == SamplesConfig.Format.JSON
            ? new JsonRecords()
            : new ProtobufRecords(fields);
  }

  /** What the rows are made of. */
  public List<InputSpec> inputs() {
    return inputs;
  }

  /** Room for the rows of this decoder; the caller's. */
  public Rows rows(int capacity) {
    return new Rows(inputs, capacity);
  }

  /**
   * Decodes one record.
   *
   * @param value the record's value; null: a tombstone, which is no sample
   * @param timestampMs the record's own timestamp, the event's time where the pipeline names no
   *     field
   * @param rows made by {@link #rows}
   * @param row which row to fill; its content is undefined after a rejection
   * @return null if the row is filled
   */
  public @Nullable Rejection decode(byte @Nullable [] value, long timestampMs, Rows rows, int row) {
    return value == null
        ? new Rejection(Reason.UNDECODABLE, "the record has no value")
        : decode(value, 0, value.length, timestampMs, rows, row);
  }

  /**
   * Decodes one record where it lies.
   *
   * @param bytes of which {@code length} from {@code offset} on are the record's value; they are
   *     only read, and not after this call
   * @return as {@link #decode(byte[], long, Rows, int)}
   */
  public @Nullable Rejection decode(
      byte[] bytes, int offset, int length, long timestampMs, Rows rows, int row) {
    if (length > maxBytes) {
      return new Rejection(
          Reason.TOO_LARGE,
          "the record has " + length + " bytes, samples.max_bytes is " + maxBytes);
    }
    fields.clear();
    Rejection unreadable = parser.parse(bytes, offset, length, fields);
    if (unreadable != null) {
      return unreadable;
    }
    rows.setWeight(row, 1);
    rows.setIdHash(row, 0);
    rows.setHoldoutHash(row, 0);
    rows.setPredictionTimeMs(row, Rows.NO_TIME);
    if (!hasEventTime) {
      rows.setEventTimeMs(row, timestampMs);
    }
    for (Column column : columns) {
      Rejection rejection = column.write(rows, row);
      if (rejection != null) {
        return rejection;
      }
    }
    return null;
  }
}
