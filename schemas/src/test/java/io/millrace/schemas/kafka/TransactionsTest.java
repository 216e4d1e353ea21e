package io.millrace.schemas.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class TransactionsTest {
  @Test
  void theReasonIsFoundHoweverDeepAndNothingElseIsTakenForIt() {
    // given
    Throwable ended = new KafkaException("commit", new InvalidTxnStateException("ended"));
    Throwable timeout = new KafkaException(new TimeoutException());

    // then
    assertThat(Transactions.isEnded(ended)).isTrue();
    assertThat(Transactions.isFenced(ended)).isFalse();
    assertThat(Transactions.isFenced(new ProducerFencedException("other"))).isTrue();
    assertThat(Transactions.isFenced(new KafkaException(new InvalidProducerEpochException("old"))))
        .isTrue();
    assertThat(Transactions.isEnded(timeout)).isFalse();
    assertThat(Transactions.isFenced(timeout)).isFalse();
  }
}
