package io.millrace.schemas.features.columns;

import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.config.LabelConfig.ClassLabel;
import io.millrace.schemas.config.LabelConfig.ThresholdLabel;
import io.millrace.schemas.features.decoding.FieldValue;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.proto.DeadLetter.Reason;
import org.jspecify.annotations.Nullable;

/** The label: a value, 0 or 1, or the index of a class. */
final class LabelColumn implements Column {
  private final FieldValue value;
  private final LabelConfig label;
  private final @Nullable Vocabulary classes;

  LabelColumn(FieldValue value, LabelConfig label) {
    this.value = value;
    this.label = label;
    this.classes = label instanceof ClassLabel known ? new Vocabulary(known.values()) : null;
  }

  @Override
  public @Nullable Rejection write(Rows rows, int row) {
    if (value.kind() == FieldValue.Kind.ABSENT) {
      return new Rejection(
          Reason.MISSING_FIELD, "the label, field '" + value.path() + "', is missing");
    }
    return classes == null ? writeNumber(rows, row) : writeClass(rows, row, classes);
  }

  private @Nullable Rejection writeClass(Rows rows, int row, Vocabulary classes) {
    if (!value.tryAsText()) {
      return Column.wrongType(value, "a class: a text, an integer or a boolean");
    }
    int index = classes.indexOf(value.text(), value.length());
    if (index < 0) {
      return new Rejection(
          Reason.BAD_LABEL,
          "field '"
              + value.path()
              + "' is "
              + value.found()
              + ", expected one of the classes in label.values");
    }
    rows.setLabel(row, index);
    return null;
  }

  private @Nullable Rejection writeNumber(Rows rows, int row) {
    if (!value.isNumeric()) {
      return Column.wrongType(value, "a number");
    }
    double number = value.asNumber();
    if (!Float.isFinite((float) number)) {
      return Column.notFinite(value, number);
    }
    rows.setLabel(
        row,
        label instanceof ThresholdLabel threshold
            ? (number > threshold.above() ? 1 : 0)
            : (float) number);
    return null;
  }
}
