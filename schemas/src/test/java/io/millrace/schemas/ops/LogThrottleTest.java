package io.millrace.schemas.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LogThrottleTest {
  /* Times of System.nanoTime have no origin, and overflow. */
  private static final long BEGIN = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(90);

  private final LogThrottle throttle = new LogThrottle();

  @Test
  void firstFiveOfAMinuteAreLoggedThenOneAMinuteWithTheCountOfTheRest() {
    // when: an event each second, for four minutes
    List<String> logged = logged(0, 240, 1);

    // then
    assertThat(logged)
        .containsExactly(
            "0 s: 0", "1 s: 0", "2 s: 0", "3 s: 0", "4 s: 0", "60 s: 55", "120 s: 59", "180 s: 59");
  }

  @Test
  void fiveAMinuteAreAllLoggedForAsLongAsTheyCome() {
    // when
    List<String> logged = logged(0, 600, 12);

    // then
    assertThat(logged).hasSize(50).allMatch(line -> line.endsWith(": 0"));
  }

  @Test
  void afterAMinuteWithoutEventsFiveAreLoggedAgain() {
    // given
    logged(0, 61, 1);

    // when
    List<String> logged = logged(180, 190, 1);

    // then
    assertThat(logged).containsExactly("180 s: 0", "181 s: 0", "182 s: 0", "183 s: 0", "184 s: 0");
  }

  @Test
  void whatWasLeftOutIsReportedHoweverMuchLaterTheNextEventComes() {
    // given
    logged(0, 30, 1);

    // when
    List<String> logged = logged(7_200, 7_201, 1);

    // then
    assertThat(logged).containsExactly("7200 s: 25");
  }

  /** Events at these seconds; those that are to be logged, each with the count of the others. */
  private List<String> logged(int fromSecond, int toSecond, int step) {
    List<String> logged = new ArrayList<>();
    for (int second = fromSecond; second < toSecond; second += step) {
      String time = second + " s: ";
      throttle
          .tryLog(BEGIN + TimeUnit.SECONDS.toNanos(second))
          .ifPresent(unlogged -> logged.add(time + unlogged));
    }
    return logged;
  }
}
