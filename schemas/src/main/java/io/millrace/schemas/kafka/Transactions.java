package io.millrace.schemas.kafka;

import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;

/** Recognizes why a transaction was lost. */
public final class Transactions {
  private Transactions() {}

  /**
   * Whether another producer with the same transactional id has taken over, according to any
   * exception in the chain of causes.
   */
  public static boolean isFenced(Throwable failure) {
    return isCausedBy(
        failure, Set.of(ProducerFencedException.class, InvalidProducerEpochException.class));
  }

  /**
   * Whether the coordinator ended the transaction that the producer was about to end, according to
   * any exception in the chain of causes. This happens if the coordinating broker is lost, and the
   * transaction's timeout expires before another broker takes over. Kafka Streams recovers from
   * fencing, but stops at this, although continuing from the committed offsets is right here, too.
   */
  public static boolean isEnded(Throwable failure) {
    return isCausedBy(failure, Set.of(InvalidTxnStateException.class));
  }

  private static boolean isCausedBy(
      Throwable failure, Set<Class<? extends RuntimeException>> types) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .anyMatch(cause -> types.stream().anyMatch(type -> type.isInstance(cause)));
  }
}
