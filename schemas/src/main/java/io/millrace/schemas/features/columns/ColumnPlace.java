package io.millrace.schemas.features.columns;

import io.millrace.schemas.features.rows.Rows;

/**
 * The place of a feature: an input, and its first column in it.
 *
 * @param width number of columns of the input
 */
record ColumnPlace(int input, int width, int column) {
  void put(Rows rows, int row, int offset, float value) {
    rows.floats(input).put(row * width + column + offset, value);
  }

  void put(Rows rows, int row, int offset, long value) {
    rows.integers(input).put(row * width + column + offset, value);
  }
}
