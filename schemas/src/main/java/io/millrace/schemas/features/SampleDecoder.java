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
 * its values. The first column that rejects the record ends the decoding.
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

  /** The inputs that make up a row. */
  public List<InputSpec> inputs() {
    return inputs;
  }

  /** Allocates rows for this decoder; the caller owns them. */
  public Rows rows(int capacity) {
    return new Rows(inputs, capacity);
  }

  /**
   * Decodes one record.
   *
   * @param value the record's value; null: a tombstone, which is rejected
   * @param timestampMs the record's own timestamp, which is the event time if the pipeline names no
   *     field
   * @param rows created by {@link #rows}
   * @param row which row to fill; its content is undefined after a rejection
   * @return null if the row is filled
   */
  public @Nullable Rejection decode(byte @Nullable [] value, long timestampMs, Rows rows, int row) {
    return value == null
        ? new Rejection(Reason.UNDECODABLE, "the record has no value")
        : decode(value, 0, value.length, timestampMs, rows, row);
  }

  /**
   * Decodes one record in place.
   *
   * @param bytes contains the record's value: {@code length} bytes from {@code offset} on; they are
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
