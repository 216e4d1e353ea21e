package io.millrace.tune;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.tuning.ResidentMemory;
import io.millrace.schemas.tuning.Speed;
import io.millrace.schemas.tuning.TuningSamples;
import io.millrace.trainer.tuning.TrainProbe;
import io.millrace.tune.plan.Candidate;
import io.millrace.tune.plan.CandidateResult;
import io.millrace.tune.plan.Recommendation;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Takes several minutes: every candidate is run in full, with a seed that tuning did not see. */
@Tag("long")
class PredictionTest {
  private static final int SAMPLES = 40_000;
  private static final int UNSEEN_SEED = 1_000;

  @Test
  void whatIsRecommendedIsWithinFivePercentOfTheBestAndHalfAsFastAsTheFastestOfThose() {
    // given
    LoadedPipeline pipeline =
        new PipelineLoader(Map.of(), List.of())
            .load(Path.of("../demo/src/main/resources/flights.yaml"));
    TuningSamples samples =
        new RecordsIntake(
                Path.of("../demo/src/main/resources/flights/flights-2001-01.csv.gz"),
                pipeline.config())
            .read(0, SAMPLES)
            .samples();
    Duration budget = Duration.ofMinutes(2);
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    StopSignal stopping = new StopSignal(System.nanoTime() + budget.toNanos());
    TuningResults findings =
        new Tuner(pipeline, samples, budget, 2, new TuneProgress(nowhere, budget, false), stopping)
            .run();

    // when
    Candidate recommended = findings.train().map(Recommendation::row).orElseThrow().candidate();
    Map<Candidate, Double> losses = new LinkedHashMap<>();
    Map<Integer, Double> speeds = new LinkedHashMap<>();
    TrainProbe probe = new TrainProbe(pipeline, samples);
    QualityTrial trial =
        new QualityTrial(
            pipeline.config(),
            probe,
            new TuneProgress(nowhere, budget, false),
            new StopSignal(System.nanoTime() + Duration.ofHours(2).toNanos()));
    for (Candidate candidate : tried(findings)) {
      CandidateResult.Quality quality = trial.of(candidate, UNSEEN_SEED, samples.size());
      losses.put(candidate, Objects.requireNonNull(quality).loss());
      speeds.computeIfAbsent(candidate.batch(), batch -> speed(probe, batch));
    }

    // then
    double best = losses.values().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    double fastest =
        losses.entrySet().stream()
            .filter(entry -> entry.getValue() <= 1.05 * best)
            .mapToDouble(entry -> speeds.getOrDefault(entry.getKey().batch(), 0.0))
            .max()
            .orElseThrow();
    losses.forEach((c, loss) -> System.out.printf("%s %.4f%n", c, loss));
    System.out.printf("recommended %s, best %.4f, speeds %s%n", recommended, best, speeds);
    assertThat(losses.get(recommended)).isLessThanOrEqualTo(1.05 * best);
    assertThat(speeds.get(recommended.batch())).isGreaterThanOrEqualTo(0.5 * fastest);
  }

  private static double speed(TrainProbe probe, int batch) {
    Speed speed = probe.speed(batch, Duration.ofSeconds(1), ResidentMemory.ofMachine());
    return speed.samplesPerSecond();
  }

  private static List<Candidate> tried(TuningResults findings) {
    return findings.rungs.get(0).rows().stream().map(row -> row.candidate()).toList();
  }
}
