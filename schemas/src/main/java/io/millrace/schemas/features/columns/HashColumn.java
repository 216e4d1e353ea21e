package io.millrace.schemas.features.columns;

import io.millrace.schemas.features.decoding.FieldValue;
import io.millrace.schemas.features.rows.Hashes;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.features.rows.Rows;
import org.jspecify.annotations.Nullable;

/** The hash of an identifying field: an event's id, or the field that determines the holdout. */
final class HashColumn implements Column {
  private final FieldValue value;
  private final int seed;
  private final Target target;

  /** The place of the hash in a row. */
  interface Target {
    void set(Rows rows, int row, long hash);
  }

  HashColumn(FieldValue value, int seed, Target target) {
    this.value = value;
    this.seed = seed;
    this.target = target;
  }

  @Override
  public @Nullable Rejection write(Rows rows, int row) {
    if (value.kind() == FieldValue.Kind.ABSENT) {
      return Column.missing(value);
    }
    if (!value.tryAsText()) {
      return Column.wrongType(value, "a text or an integer");
    }
    target.set(rows, row, Hashes.hash64(value.text(), value.length(), seed));
    return null;
  }
}
