package io.millrace.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo on a short slice, twice on the same directory. */
class DemoTest {
  private static final long FLIGHTS = 12_000;

  @TempDir Path directory;

  @Test
  void aSliceOfTheFlightsIsTrainedOnEvaluatedAndAccountedForAndTheNextRunGoesOn() throws Exception {
    // given
    List<RunStatus> standings = new ArrayList<>();
    List<String> pages = new ArrayList<>();

    // when
    Summary first = run(FLIGHTS, pages, standings);
    Summary second = run(FLIGHTS + 1_600, pages, standings);

    // then
    assertThat(first.mismatches()).isEmpty();
    assertThat(first.samples().produced())
        .isEqualTo(FLIGHTS + FLIGHTS / FlightRecords.FLIGHTS_PER_BROKEN);
    assertThat(first.samples().reasons()).hasSize(FlightJson.BREAKABLE.size());
    assertThat(first.samples().rejected()).isEqualTo(FLIGHTS / FlightRecords.FLIGHTS_PER_BROKEN);
    assertThat(first.steps()).isPositive();
    assertThat(first.checkpoints()).isGreaterThan(1);
    assertThat(first.verdictMs().count()).isPositive();
    assertThat(first.freshnessMs().count()).isPositive();
    assertThat(first.judgedOn().samples()).isPositive();
    assertThat(first.auc().live()).isBetween(0.0, 1.0);
    assertThat(first.auc().frozen()).isBetween(0.0, 1.0);
    assertThat(second.mismatches()).isEmpty();
    assertThat(second.samples().produced()).isEqualTo(first.samples().produced() + 1_602);
    assertThat(second.steps()).isGreaterThan(first.steps());
    assertThat(pages).hasSize(2).allMatch(page -> page.startsWith("http://127.0.0.1:"));
    assertThat(standings).isNotEmpty();
  }

  private Summary run(long flights, List<String> pages, List<RunStatus> standings)
      throws Exception {
    DemoSettings settings =
        new DemoSettings(
            Optional.of(directory),
            Optional.empty(),
            flights,
            OptionalDouble.empty(),
            2_500,
            2_000,
            List.of("evaluation.window=1h", "ops.trainer_port=0", "ops.eval_port=0"));
    try (Demo demo = new Demo(settings, standings::add)) {
      return demo.run(pages::add);
    }
  }
}
