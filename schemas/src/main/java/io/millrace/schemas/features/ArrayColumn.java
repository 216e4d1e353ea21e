package io.millrace.schemas.features;

import io.millrace.schemas.config.FeatureConfig.ArrayFeature;
import io.millrace.schemas.proto.DeadLetter.Reason;
import org.jspecify.annotations.Nullable;

/** An array of numbers of a fixed length. */
final class ArrayColumn implements Column {
  private final FieldValue value;
  private final Place place;
  private final int size;
  private final Scaling scaling;

  ArrayColumn(FieldValue value, Place place, ArrayFeature feature) {
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
    if (value.length() != size) {
      return new Rejection(
          Reason.WRONG_SIZE,
          "field '" + value.path() + "' has " + value.length() + " numbers, expected " + size);
    }
    float[] numbers = value.numbers();
    for (int i = 0; i < size; i++) {
      if (!Float.isFinite(numbers[i])) {
        return new Rejection(
            Reason.NOT_FINITE,
            "field '"
                + value.path()
                + "'["
                + i
                + "] is "
                + numbers[i]
                + ", expected a finite 32-bit number");
      }
    }
    return write(rows, row, numbers);
  }

  private @Nullable Rejection write(Rows rows, int row, float[] numbers) {
    int start = row * place.width() + place.column();
    if (scaling.isIdentity()) {
      rows.floats(place.input()).put(start, numbers, 0, size);
      return null;
    }
    for (int i = 0; i < size; i++) {
      float result = (float) scaling.apply(numbers[i]);
      if (!Float.isFinite(result)) {
        return Column.notFinite(value, numbers[i]);
      }
      rows.floats(place.input()).put(start + i, result);
    }
    return null;
  }
}
