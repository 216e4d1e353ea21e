package io.millrace.schemas.features.columns;

import io.millrace.schemas.config.FeatureConfig.BooleanFeature;
import io.millrace.schemas.features.decoding.FieldValue;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.features.rows.Rows;
import org.jspecify.annotations.Nullable;

/** A boolean, or the integers 0 and 1. */
final class BooleanColumn implements Column {
  private final FieldValue value;
  private final ColumnPlace place;
  private final @Nullable Boolean fallback;

  BooleanColumn(FieldValue value, ColumnPlace place, BooleanFeature feature) {
    this.value = value;
    this.place = place;
    this.fallback = feature.fallback();
  }

  @Override
  public @Nullable Rejection write(Rows rows, int row) {
    boolean isFlag =
        value.kind() == FieldValue.Kind.FLAG
            || (value.kind() == FieldValue.Kind.INTEGER
                && (value.integer() == 0 || value.integer() == 1));
    if (isFlag) {
      place.put(rows, row, 0, (float) value.integer());
      return null;
    }
    if (value.kind() != FieldValue.Kind.ABSENT) {
      return Column.wrongType(value, "true or false");
    }
    if (fallback == null) {
      return Column.missing(value);
    }
    place.put(rows, row, 0, fallback ? 1f : 0f);
    return null;
  }
}
