package io.millrace.schemas.features.columns;

import io.millrace.schemas.config.FeatureConfig.ArrayFeature;
import io.millrace.schemas.features.decoding.FieldValue;
import io.millrace.schemas.features.decoding.PackedFloats;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.proto.DeadLetter.Reason;
import org.jspecify.annotations.Nullable;

/** An array of numbers of a fixed length. */
final class ArrayColumn implements Column {
  private final FieldValue value;
  private final ColumnPlace place;
  private final int size;
  private final Scaling scaling;

  ArrayColumn(FieldValue value, ColumnPlace place, ArrayFeature feature) {
    this.value = value;
    this.place = place;
    this.size = feature.size();
    this.scaling = new Scaling(feature.scale(), feature.clip());
  }

  @Override
  public @Nullable Rejection write(Rows rows, int row) {
    if (value.kind() == FieldValue.Kind.ABSENT) {
      return Column.missing(value);
    }
    if (value.kind() != FieldValue.Kind.NUMBERS) {
      return Column.wrongType(value, "an array of " + size + " numbers");
    }
    PackedFloats numbers = value.numbers();
    if (numbers.size() != size) {
      return new Rejection(
          Reason.WRONG_SIZE,
          "field '" + value.path() + "' has " + numbers.size() + " numbers, expected " + size);
    }
    if (!numbers.areFinite()) {
      return notFinite(numbers);
    }
    return write(rows, row, numbers);
  }

  private Rejection notFinite(PackedFloats numbers) {
    int i = 0;
    while (Float.isFinite(numbers.get(i))) {
      i++;
    }
    return new Rejection(
        Reason.NOT_FINITE,
        "field '"
            + value.path()
            + "'["
            + i
            + "] is "
            + numbers.get(i)
            + ", expected a finite 32-bit number");
  }

  private @Nullable Rejection write(Rows rows, int row, PackedFloats numbers) {
    int start = row * place.width() + place.column();
    if (scaling.isIdentity()) {
      numbers.copyTo(rows, place.input(), start);
      return null;
    }
    for (int i = 0; i < size; i++) {
      float result = (float) scaling.apply(numbers.get(i));
      if (!Float.isFinite(result)) {
        return Column.notFinite(value, numbers.get(i));
      }
      rows.floats(place.input()).put(start + i, result);
    }
    return null;
  }
}
