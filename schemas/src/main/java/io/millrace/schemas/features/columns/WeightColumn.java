package io.millrace.schemas.features.columns;

import io.millrace.schemas.features.decoding.FieldValue;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.proto.DeadLetter.Reason;
import org.jspecify.annotations.Nullable;

/** A sample's weight. */
final class WeightColumn implements Column {
  private final FieldValue value;

  WeightColumn(FieldValue value) {
    this.value = value;
  }

  @Override
  public @Nullable Rejection write(Rows rows, int row) {
    if (value.kind() == FieldValue.Kind.ABSENT) {
      return Column.missing(value);
    }
    float weight = value.isNumeric() ? (float) value.asNumber() : Float.NaN;
    if (!(weight >= 0 && Float.isFinite(weight))) {
      return new Rejection(
          Reason.BAD_WEIGHT,
          "field '" + value.path() + "' is " + value.found() + ", expected a finite weight >= 0");
    }
    rows.setWeight(row, weight);
    return null;
  }
}
