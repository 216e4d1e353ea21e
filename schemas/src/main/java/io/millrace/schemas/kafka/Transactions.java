package io.millrace.schemas.kafka;

import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;

/** Why a transaction was lost. */
public final class Transactions {
  private Transactions() {}

  /** Another producer of the same transactional id has taken over; however deep it says so. */
  public static boolean isFenced(Throwable failure) {
    return isCausedBy(
        failure, Set.of(ProducerFencedException.class, InvalidProducerEpochException.class));
  }

  /**
   * The coordinator has ended the transaction that its producer was about to end, however deep it
   * says so: so it comes when the broker that coordinates is lost, and the transaction's timeout
   * runs out before another takes its place. Kafka Streams recovers from being fenced, but stops at
   * this, though going on from what is committed is right here, too.
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
