package io.millrace.schemas.topics;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class LostTransactionTest {
  @Test
  void itIsFoundHoweverDeepAndNothingElseIsTakenForIt() {
    // when
    boolean commit =
        LostTransaction.isCauseOf(
            new KafkaException("commit", new InvalidTxnStateException("ended")));
    boolean timeout = LostTransaction.isCauseOf(new KafkaException(new TimeoutException()));

    // then
    assertThat(commit).isTrue();
    assertThat(timeout).isFalse();
  }
}
