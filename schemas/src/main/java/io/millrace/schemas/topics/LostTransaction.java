package io.millrace.schemas.topics;

import org.apache.kafka.common.errors.InvalidTxnStateException;

/**
 * A transaction that its coordinator has ended while its producer was about to: so it comes when
 * the broker that coordinates is lost, and the transaction's timeout runs out before another takes
 * its place. Kafka Streams recovers from being fenced, but stops at this, though going on from what
 * is committed is right here, too.
 */
public final class LostTransaction {
  private LostTransaction() {}

  /** Whether this is why it failed, however deep it says so. */
  public static boolean isCauseOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidTxnStateException) {
        return true;
      }
    }
    return false;
  }
}
