package io.millrace.schemas.store;

import io.millrace.schemas.proto.StoredFile;

/** A file is absent, or differs from the announced one. */
public final class CorruptFileException extends StoreException {
  private static final long serialVersionUID = 1L;

  CorruptFileException(String message) {
    super(message);
  }

  static CorruptFileException ofSize(StoredFile file, long foundBytes) {
    return new CorruptFileException(
        "%s has %d bytes, but %d were announced"
            .formatted(file.getPath(), foundBytes, file.getSizeBytes()));
  }
}
