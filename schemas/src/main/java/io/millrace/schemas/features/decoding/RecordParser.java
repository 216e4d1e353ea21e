package io.millrace.schemas.features.decoding;

import io.millrace.schemas.features.rows.Rejection;
import org.jspecify.annotations.Nullable;

/** Parses a record's bytes into {@link Fields}. Confined to one thread. */
public interface RecordParser {
  /**
   * @param bytes contains the record: {@code length} bytes from {@code offset} on; not kept
   * @return null if the record was parsed; its fields then have values
   */
  @Nullable Rejection parse(byte[] bytes, int offset, int length, Fields fields);
}
