package io.millrace.schemas.features.columns;

import io.millrace.schemas.features.decoding.FieldValue;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.proto.DeadLetter.Reason;
import org.jspecify.annotations.Nullable;

/** Writes one field of the current record to its place in a row. Confined to one thread. */
public interface Column {
  /**
   * @return null if the row was written
   */
  @Nullable Rejection write(Rows rows, int row);

  static Rejection missing(FieldValue value) {
    return new Rejection(
        Reason.MISSING_FIELD, "field '" + value.path() + "' is missing and has no default");
  }

  static Rejection wrongType(FieldValue value, String expected) {
    return new Rejection(
        Reason.WRONG_TYPE,
        "field '" + value.path() + "' is " + value.found() + ", expected " + expected);
  }

  static Rejection notFinite(FieldValue value, Object found) {
    return new Rejection(
        Reason.NOT_FINITE,
        "field '" + value.path() + "' is " + found + ", expected a finite 32-bit number");
  }
}
