package io.millrace.schemas.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.tuning.CeilingSearch.BatchCeiling.Bound;
import io.millrace.schemas.tuning.CeilingSearch.TrialOutcome;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CeilingSearchTest {
  private static final int MOST = 1 << 20;

  @Property
  void anyLimitIsFoundWithinTenPercentAndNeverExceeded(
      @ForAll @IntRange(min = 1, max = MOST - 1) int limit) {
    // given
    List<Integer> tried = new ArrayList<>();

    // when
    CeilingSearch.BatchCeiling ceiling = CeilingSearch.find(MOST, roomFor(limit, tried));

    // then
    assertThat(ceiling.bound()).isEqualTo(Bound.MEMORY);
    assertThat(ceiling.samples()).isBetween((int) Math.ceil(0.9 * limit), limit);
    assertThat(tried).hasSizeLessThanOrEqualTo(2 * 20 + 1);
    assertThat(tried).allMatch(size -> size <= 2L * limit);
  }

  @Property
  void whereAllFitsTheWholeRangeIsGiven(@ForAll @IntRange(min = 1, max = MOST) int most) {
    // when
    CeilingSearch.BatchCeiling ceiling = CeilingSearch.find(most, roomFor(MOST, new ArrayList<>()));

    // then
    assertThat(ceiling).isEqualTo(new CeilingSearch.BatchCeiling(most, Bound.RANGE));
  }

  @Test
  void whereNotOneFitsTheCeilingIsZero() {
    // when
    CeilingSearch.BatchCeiling ceiling = CeilingSearch.find(MOST, size -> TrialOutcome.TOO_LARGE);

    // then
    assertThat(ceiling).isEqualTo(new CeilingSearch.BatchCeiling(0, Bound.MEMORY));
  }

  @Test
  void batchThatTakesTooLongEndsTheSearch() {
    // given
    List<Integer> tried = new ArrayList<>();

    // when
    CeilingSearch.BatchCeiling ceiling =
        CeilingSearch.find(
            MOST,
            size -> {
              tried.add(size);
              return size < 64 ? TrialOutcome.FITS : TrialOutcome.FITS_BUT_SLOW;
            });

    // then
    assertThat(ceiling).isEqualTo(new CeilingSearch.BatchCeiling(64, Bound.TIME));
    assertThat(tried).endsWith(32, 64);
  }

  private static CeilingSearch.SizeTrial roomFor(int limit, List<Integer> tried) {
    return size -> {
      tried.add(size);
      return size <= limit ? TrialOutcome.FITS : TrialOutcome.TOO_LARGE;
    };
  }
}
