package io.millrace.schemas.features;

import org.jspecify.annotations.Nullable;

/** Reads a record's bytes into {@link Fields}. Confined to one thread. */
interface RecordParser {
  /**
   * @param bytes of which {@code length} from {@code offset} on are the record; nothing keeps them
   * @return null if the record was read; the fields that it has hold their values then
   */
  @Nullable Rejection parse(byte[] bytes, int offset, int length, Fields fields);
}
