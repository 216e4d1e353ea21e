package io.millrace.tune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HalvingTest {
  private static final int SAMPLES = 100_000;
  private static final List<Candidate> CANDIDATES =
      Candidate.of(Candidate.batches(50, 1024), 50, 0.01);
  private static final Candidate KEPT = new Candidate(50, LearningRateRule.KEPT, 0.01);

  /** Time that trials take, moved on by hand. */
  private long nowNanos;

  private long deadlineNanos = Long.MAX_VALUE;

  /* A step takes a millisecond, whatever its size. */
  private double secondsPerSample(Candidate candidate) {
    return 0.001 / candidate.batch();
  }

  /* Best at 16 samples a step, and at the rates kept; seeds differ by little. */
  private static double loss(Candidate candidate, int seed) {
    double distance = Math.abs(Math.log(candidate.batch() / 16.0));
    return 0.4 + 0.01 * distance + 0.05 * candidate.rule().ordinal() + 0.0001 * seed;
  }

  private CandidateResult.Quality trial(Candidate candidate, int seed, int samples) {
    nowNanos += (long) (secondsPerSample(candidate) * samples * 1e9);
    return new CandidateResult.Quality(
        loss(candidate, seed), OptionalDouble.empty(), List.of(loss(candidate, seed)));
  }

  private List<Rung> run(int seeds, Duration budget) {
    List<Rung> rungs = new ArrayList<>();
    new Halving(
            CANDIDATES,
            this::secondsPerSample,
            (c, seed, samples) -> nowNanos >= deadlineNanos ? null : trial(c, seed, samples),
            () -> nowNanos)
        .run(KEPT, SAMPLES, seeds, budget, rungs);
    return rungs;
  }

  @Property
  void itStaysWithinTheBudgetAndComparesLikeWithLike(
      @ForAll @IntRange(min = 20, max = 4_000) int budgetSeconds,
      @ForAll @IntRange(min = 1, max = 5) int seeds) {
    // given
    nowNanos = 0;

    // when
    List<Rung> rungs = run(seeds, Duration.ofSeconds(budgetSeconds));

    // then
    assertThat(nowNanos / 1e9).isLessThanOrEqualTo(budgetSeconds);
    assertThat(rungs).isNotEmpty();
    for (Rung rung : rungs) {
      assertThat(rung.rows())
          .allMatch(row -> row.samples() == rung.samples() && row.seeds().size() == rung.seeds());
      assertThat(rung.rows()).anyMatch(row -> row.candidate().equals(KEPT));
      assertThat(rung.complete()).isTrue();
    }
    assertThat(rungs.get(0).rows()).hasSize(CANDIDATES.size());
  }

  @Test
  void withTimeForAllEveryCandidateSeesTheWholeStreamAtOnce() {
    // when
    List<Rung> rungs = run(3, Duration.ofHours(1));

    // then
    assertThat(rungs).hasSize(1);
    assertThat(rungs.get(0).samples()).isEqualTo(SAMPLES);
    assertThat(rungs.get(0).rows()).hasSize(CANDIDATES.size());
    assertThat(rungs.get(0).seeds()).isEqualTo(3);
  }

  @Test
  void withLessTimeTheBetterHalfGoesOnAndSurvivorsSeeTheWholeStream() {
    // when
    List<Rung> rungs = run(2, Duration.ofSeconds(300));

    // then
    assertThat(rungs).hasSize(3);
    assertThat(rungs.get(1).rows()).hasSizeLessThan(rungs.get(0).rows().size());
    assertThat(rungs.get(2).samples()).isEqualTo(SAMPLES);
    assertThat(rungs.get(2).rows())
        .anyMatch(
            row ->
                row.candidate().batch() == 16 && row.candidate().rule() == LearningRateRule.KEPT);
  }

  @Test
  void whoIsCheaperThanAllThatAreBetterGoesOnToo() {
    // when
    List<Rung> rungs = run(3, Duration.ofSeconds(300));

    // then: at 512 and 1,024 a step the loss is poor, and a sample costs the least
    assertThat(rungs).hasSize(3);
    assertThat(rungs.get(2).rows())
        .extracting(row -> row.candidate().batch())
        .contains(512, 1024)
        .doesNotContain(1);
  }

  @Test
  void whatThePipelineHasNowGoesOnHoweverPoorItIs() {
    // given: the worst of all
    Candidate poor =
        new Candidate(1024, LearningRateRule.LINEAR, LearningRateRule.LINEAR.rate(0.01, 50, 1024));
    List<Rung> rungs = new ArrayList<>();

    // when
    new Halving(CANDIDATES, this::secondsPerSample, this::trial, () -> nowNanos)
        .run(poor, SAMPLES, 1, Duration.ofSeconds(100), rungs);

    // then
    assertThat(rungs).allMatch(r -> r.rows().stream().anyMatch(x -> x.candidate().equals(poor)));
  }

  @Test
  void stoppedWithinTheFirstSeedARungIsIncompleteButNotLost() {
    // given
    deadlineNanos = 3_000_000_000L;

    // when
    List<Rung> rungs = run(3, Duration.ofSeconds(300));

    // then
    assertThat(rungs).hasSize(1);
    assertThat(rungs.get(0).complete()).isFalse();
    assertThat(rungs.get(0).rows()).isNotEmpty().hasSizeLessThan(CANDIDATES.size());
  }

  @Test
  void stoppedWithinALaterSeedWholeSeedsAreKeptAndOthersAreNotMixedIn() {
    // given: there is time for three seeds of the first rung
    List<Rung> whole = run(3, Duration.ofSeconds(400));
    nowNanos = 0;
    deadlineNanos = (long) (1.5 * firstRungSeconds() / 3 * 1e9);

    // when
    List<Rung> rungs = run(3, Duration.ofSeconds(400));

    // then
    assertThat(whole.get(0).seeds()).isEqualTo(3);
    assertThat(rungs).hasSize(1);
    assertThat(rungs.get(0).complete()).isTrue();
    assertThat(rungs.get(0).seeds()).isEqualTo(1);
    assertThat(rungs.get(0).rows()).hasSize(CANDIDATES.size());
  }

  private double firstRungSeconds() {
    return 3 * SAMPLES / 16.0 * CANDIDATES.stream().mapToDouble(this::secondsPerSample).sum();
  }

  @Test
  void settingsAtWhichTrainingFailsDoNotGoOn() {
    // given: all rates scaled in proportion
    List<Rung> rungs = new ArrayList<>();

    // when
    new Halving(
            CANDIDATES,
            this::secondsPerSample,
            (c, seed, samples) ->
                c.rule() == LearningRateRule.LINEAR
                    ? CandidateResult.Quality.diverged()
                    : trial(c, seed, samples),
            () -> nowNanos)
        .run(KEPT, SAMPLES, 2, Duration.ofSeconds(200), rungs);

    // then
    assertThat(rungs).hasSizeGreaterThan(1);
    assertThat(rungs.get(1).rows())
        .allMatch(row -> row.candidate().rule() != LearningRateRule.LINEAR);
  }
}
