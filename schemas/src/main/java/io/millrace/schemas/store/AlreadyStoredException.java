package io.millrace.schemas.store;

/** A directory of that name exists. Names are never used twice. */
public final class AlreadyStoredException extends StoreException {
  private static final long serialVersionUID = 1L;

  AlreadyStoredException(String location, String directory) {
    super("checkpoint '" + directory + "' exists in " + location + " and is never overwritten");
  }
}
