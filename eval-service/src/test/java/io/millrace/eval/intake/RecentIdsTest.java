package io.millrace.eval.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecentIdsTest {
  @Test
  void anIdIsARepeatWithinReachAndNotBeyond() {
    // given
    RecentIds ids = new RecentIds();

    // when / then
    assertThat(ids.isRepeat(7, 0)).isFalse();
    assertThat(ids.isRepeat(7, RecentIds.REACH)).isTrue();
    assertThat(ids.isRepeat(7, 2L * RecentIds.REACH + 1)).isFalse();
  }

  @Test
  void readingAgainFromAsFarBackAsItReachesTellsTheSame() {
    // given
    Random random = new Random(1);
    long[] stream = random.longs(RecentIds.REACH + 20_000, 0, 40_000).toArray();
    RecentIds whole = new RecentIds();
    List<Boolean> expected = new ArrayList<>();
    for (int i = 0; i < stream.length; i++) {
      boolean repeat = whole.isRepeat(stream[i], i);
      if (i >= RecentIds.REACH + 10_000) {
        expected.add(repeat);
      }
    }

    // when
    RecentIds restored = new RecentIds();
    List<Boolean> found = new ArrayList<>();
    for (int i = 10_000; i < stream.length; i++) {
      boolean repeat = restored.isRepeat(stream[i], i);
      if (i >= RecentIds.REACH + 10_000) {
        found.add(repeat);
      }
    }

    // then
    assertThat(found).isEqualTo(expected);
  }
}
