package io.millrace.eval.lineup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class NewestBelowTest {
  @Property(tries = 2_000)
  void findsWhatLookingAtAllFromTheNewestBackFinds(
      @ForAll @Size(max = 30) List<@LongRange(min = 0, max = 40) Long> values,
      @ForAll @LongRange(min = -2, max = 42) long bound) {
    // given
    int expected = -1;
    for (int i = values.size() - 1; i >= 0 && expected < 0; i--) {
      expected = values.get(i) <= bound ? i : -1;
    }

    // when
    int found = new CheckpointHistory.NewestBelow(values).atMost(bound);

    // then
    assertThat(found).isEqualTo(expected);
  }
}
