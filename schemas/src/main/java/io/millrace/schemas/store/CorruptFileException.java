package io.millrace.schemas.store;

/** A file is absent or is not the one that was announced. */
public final class CorruptFileException extends StoreException {
  private static final long serialVersionUID = 1L;

  CorruptFileException(String message) {
    super(message);
  }
}
