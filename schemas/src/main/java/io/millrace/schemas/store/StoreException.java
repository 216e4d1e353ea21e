package io.millrace.schemas.store;

/**
 * The checkpoint store cannot do what was requested. The message states where, why and what to do.
 */
public class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreException(String message) {
    super(message);
  }

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
