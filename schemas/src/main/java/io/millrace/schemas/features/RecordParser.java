package io.millrace.schemas.features;

import org.jspecify.annotations.Nullable;

/** Reads a record's bytes into {@link Fields}. Confined to one thread. */
interface RecordParser {
  /**
   * @return null if the record was read; the fields that it has hold their values then
   */
  @Nullable Rejection parse(byte[] value, Fields fields);
}
