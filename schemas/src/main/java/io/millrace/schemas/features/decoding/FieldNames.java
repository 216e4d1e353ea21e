package io.millrace.schemas.features.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds a field by the bytes of its whole path. Producers write fields in a constant order, so the
 * next one is tried first. Confined to one thread.
 */
final class FieldNames {
  private final byte[][] names;
  private final FieldValue[] values;
  private int next;

  FieldNames(Fields fields) {
    values = fields.all().toArray(FieldValue[]::new);
    names = fields.all().stream().map(value -> value.path().getBytes(UTF_8)).toArray(byte[][]::new);
  }

  @Nullable FieldValue find(byte[] bytes, int offset, int length) {
    for (int tried = 0; tried < names.length; tried++) {
      int i = next + tried < names.length ? next + tried : next + tried - names.length;
      if (Arrays.equals(names[i], 0, names[i].length, bytes, offset, offset + length)) {
        next = i + 1 < names.length ? i + 1 : 0;
        return values[i];
      }
    }
    return null;
  }
}
