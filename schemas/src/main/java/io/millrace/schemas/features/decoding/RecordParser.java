package io.millrace.schemas.features.decoding;

import io.millrace.schemas.features.rows.Rejection;
import org.jspecify.annotations.Nullable;

/** Reads a record's bytes into {@link Fields}. Confined to one thread. */
public interface RecordParser {
  /**
   * @param bytes of which {@code length} from {@code offset} on are the record; nothing keeps them
   * @return null if the record was read; the fields that it has hold their values then
   */
  @Nullable Rejection parse(byte[] bytes, int offset, int length, Fields fields);
}
