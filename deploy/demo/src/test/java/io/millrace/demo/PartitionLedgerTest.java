package io.millrace.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.proto.DeadLetter.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PartitionLedgerTest {
  private static final long AT_MS = 1_000;
  private static final long LOG_END = 10;

  private final PartitionLedger ledger = new PartitionLedger(2);

  @BeforeEach
  void fourRecords() {
    ledger.onSample(0, AT_MS, false);
    ledger.onSample(1, AT_MS + 1, true);
    ledger.onUnfit(2, AT_MS + 2, Reason.BAD_TIME);
    ledger.onSample(3, AT_MS + 3, false);
  }

  @Test
  void eachRecordInExactlyOnePlaceIsABalance() {
    // given
    ledger.onTrainLog(0, 4);
    ledger.onTrainLog(3, 4);
    ledger.onDeadLetter(2, Reason.BAD_TIME);

    // when
    SampleLedger.LedgerTotals account = ledger.account(LOG_END);

    // then
    assertThat(account)
        .isEqualTo(new SampleLedger.LedgerTotals(2, 4, 2, 1, 1, 0, 0, Map.of(Reason.BAD_TIME, 1L)));
    assertThat(account.isBalanced()).isTrue();
  }

  @Test
  void aBatchThatTrainingHasNotReachedIsWaiting() {
    // given
    ledger.onTrainLog(0, 4);
    ledger.onTrainLog(3, LOG_END);
    ledger.onDeadLetter(2, Reason.BAD_TIME);

    // then
    assertThat(ledger.account(LOG_END).waiting()).isEqualTo(1);
    assertThat(ledger.account(LOG_END).isBalanced()).isFalse();
    assertThat(ledger.account(LOG_END + 1).isBalanced()).isTrue();
  }

  @Test
  void aSampleInTwoBatchesIsWrong() {
    // given
    ledger.onTrainLog(0, 4);
    ledger.onTrainLog(0, 5);

    // then
    assertThat(ledger.account(LOG_END).wrong()).isEqualTo(1);
  }

  @Test
  void aHeldOutSampleThatTrainedIsWrong() {
    // given
    ledger.onTrainLog(1, 4);

    // then
    assertThat(ledger.account(LOG_END).wrong()).isEqualTo(1);
  }

  @Test
  void aDeadLetterOfAGoodRecordIsWrongUnlessItPoisonedAStep() {
    // given
    ledger.onTrainLog(0, 4);
    ledger.onDeadLetter(0, Reason.POISON);
    ledger.onDeadLetter(3, Reason.WRONG_TYPE);

    // when
    SampleLedger.LedgerTotals account = ledger.account(LOG_END);

    // then: the poisonous one is rejected, though its batch trained
    assertThat(account.rejected()).isEqualTo(2);
    assertThat(account.trained()).isZero();
    assertThat(account.wrong()).isEqualTo(1);
  }

  @Test
  void aRecordThatIsNowhereIsWaitingForEver() {
    assertThat(ledger.account(Long.MAX_VALUE))
        .isEqualTo(new SampleLedger.LedgerTotals(2, 4, 0, 1, 0, 3, 0, Map.of()));
  }

  @Test
  void itGrowsWithThePartition() {
    // when
    ledger.onTrainLog(100_000, 4);
    ledger.onSample(100_000, AT_MS, false);

    // then
    assertThat(ledger.account(LOG_END).trained()).isEqualTo(1);
    assertThat(ledger.account(LOG_END).produced()).isEqualTo(100_001);
  }

  @Test
  void onlyTrainedSamplesHaveAFreshness() {
    // given
    ledger.onTrainLog(0, 4);
    ledger.onTrainLog(3, 4);
    List<Long> appendedMs = new ArrayList<>();

    // when
    ledger.forEachTrained(0, 3, appendedMs::add);

    // then
    assertThat(appendedMs).containsExactly(AT_MS);
  }
}
