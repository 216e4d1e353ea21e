package io.millrace.schemas.features.columns;

import io.millrace.schemas.config.FeatureConfig.NumberFeature;
import io.millrace.schemas.features.decoding.FieldValue;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.proto.DeadLetter.Reason;
import org.jspecify.annotations.Nullable;

/** A number, transformed in double and stored as float32. */
final class NumberColumn implements Column {
  private final FieldValue value;
  private final ColumnPlace place;
  private final boolean log1p;
  private final Scaling scaling;
  private final @Nullable Double fallback;

  NumberColumn(FieldValue value, ColumnPlace place, NumberFeature feature) {
    this.value = value;
    this.place = place;
    this.log1p = feature.log1p();
    this.scaling = new Scaling(feature.scale(), feature.clip());
    this.fallback = feature.fallback();
  }

  @Override
  public @Nullable Rejection write(Rows rows, int row) {
    if (value.isNumeric() && Double.isFinite(value.asNumber())) {
      return write(rows, row, value.asNumber());
    }
    boolean absent = value.kind() == FieldValue.Kind.ABSENT;
    if (fallback != null && (absent || value.isNumeric())) {
      return write(rows, row, fallback);
    }
    if (absent) {
      return Column.missing(value);
    }
    return value.isNumeric()
        ? Column.notFinite(value, value.asNumber())
        : Column.wrongType(value, "a number");
  }

  private @Nullable Rejection write(Rows rows, int row, double number) {
    if (log1p && number < 0) {
      return new Rejection(
          Reason.NOT_FINITE,
          "field '" + value.path() + "' is " + number + ", expected >= 0 because of log1p");
    }
    float result = (float) scaling.apply(log1p ? Math.log1p(number) : number);
    if (!Float.isFinite(result)) {
      return Column.notFinite(value, number);
    }
    place.put(rows, row, 0, result);
    return null;
  }
}
