package io.millrace.schemas.features.columns;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.config.FeatureConfig.CategoryFeature;
import io.millrace.schemas.features.decoding.FieldValue;
import io.millrace.schemas.features.rows.Hashes;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.features.rows.Rows;
import org.jspecify.annotations.Nullable;

/**
 * A category: its bucket, or its index in the vocabulary. Integers and booleans are read as their
 * text.
 */
final class CategoryColumn implements Column {
  private final FieldValue value;
  private final ColumnPlace place;
  private final int buckets;
  private final @Nullable Vocabulary vocabulary;
  private final long fallback;

  CategoryColumn(FieldValue value, ColumnPlace place, CategoryFeature feature) {
    this.value = value;
    this.place = place;
    this.buckets = feature.categories();
    this.vocabulary = feature.buckets() == null ? new Vocabulary(feature.vocabulary()) : null;
    this.fallback = feature.fallback() == null ? -1 : indexOf(feature.fallback().getBytes(UTF_8));
  }

  private int indexOf(byte[] text) {
    return indexOf(text, text.length);
  }

  private int indexOf(byte[] text, int length) {
    if (vocabulary == null) {
      return Hashes.bucket(text, length, buckets);
    }
    int index = vocabulary.indexOf(text, length);
    return index < 0 ? vocabulary.size() : index;
  }

  @Override
  public @Nullable Rejection write(Rows rows, int row) {
    if (value.tryAsText()) {
      place.put(rows, row, 0, (long) indexOf(value.text(), value.length()));
      return null;
    }
    if (value.kind() != FieldValue.Kind.ABSENT) {
      return Column.wrongType(value, "a text, an integer or a boolean");
    }
    if (fallback < 0) {
      return Column.missing(value);
    }
    place.put(rows, row, 0, fallback);
    return null;
  }
}
