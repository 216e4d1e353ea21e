package io.millrace.eval.aggregation;

import static io.millrace.eval.aggregation.AggregationRun.A;
import static io.millrace.eval.aggregation.AggregationRun.B;
import static io.millrace.eval.aggregation.AggregationRun.C;
import static io.millrace.eval.aggregation.AggregationRun.HOUR;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.proto.Promotion.Decision;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The manual of decisions by hand and of restarts. One slot. */
class HandAndRestartTopologyTest extends Court {
  @Nested
  class WhenAHandDecides {
    @Test
    void checkpointIsInForceAtOnceAndTrialsBeginAgainAgainstIt() {
      // given
      champion(A);
      announce(B);

      // when
      run.byHand(Decision.PROMOTED_BY_HAND, C, A);
      pair(B, A, BETTER, 10);
      List<String> againstTheFormer = run.said();
      pair(B, C, BETTER, 4);

      // then
      assertThat(againstTheFormer).endsWith("TRIAL " + B, "TRIAL " + B);
      assertThat(run.said()).endsWith("PROMOTED " + B);
      assertThat(run.decisions().get(run.decisions().size() - 1).getChampionId()).isEqualTo(C);
    }

    @Test
    void rollbackByHandPutsWhatWasReplacedInForceAndItIsNotWatched() {
      // given
      champion(A);
      announce(B);
      better(B, A);

      // when
      run.byHand(Decision.ROLLED_BACK_BY_HAND, A, B);
      pair(B, A, BETTER, 10);
      announce(C);
      pair(C, A, BETTER, 4);

      // then
      assertThat(run.said()).endsWith("PROMOTED " + B, "TRIAL " + C, "PROMOTED " + C);
    }

    @Test
    void oneOnTrialThatIsPromotedByHandFreesItsSlot() {
      // given
      announce(A);

      // when
      run.byHand(Decision.PROMOTED_BY_HAND, A, "");
      announce(B);

      // then
      assertThat(run.said()).containsExactly("TRIAL " + A, "TRIAL " + B);
    }
  }

  @Nested
  class WhenTheProcessStartsAgain {
    @Test
    void trialGoesOnWhereItStoodAndNothingIsDecidedTwice() {
      // given
      champion(A);
      announce(B);
      run.paired(B, A, 0, 500, BETTER);
      var state = run.state();
      run.close();

      // when
      run = new AggregationRun(state);
      run.waits(Duration.ofMillis(100));
      run.paired(B, A, HOUR, 500, BETTER);

      // then
      assertThat(run.said()).containsExactly("PROMOTED " + B);
      assertThat(run.decisions().get(0).getCount()).isEqualTo(1000);
    }

    @Test
    void trialWithAnotherClipBeginsAgain() {
      // given
      champion(A);
      announce(B);
      run.paired(B, A, 0, 500, BETTER);
      var state = run.state();
      run.close();

      // when
      run = new AggregationRun(state, "promotion.clip=0.4");
      run.waits(Duration.ofMillis(100));

      // then
      assertThat(run.said()).containsExactly("TRIAL " + B);
      assertThat(run.decisions().get(0).getReason()).contains("promotion.clip changed");
    }
  }
}
