package io.millrace.tune;

import io.millrace.schemas.tuning.CeilingSearch;
import io.millrace.schemas.tuning.Speed;
import io.millrace.tune.plan.CandidateResult;
import io.millrace.tune.plan.EvalChoice;
import io.millrace.tune.plan.Recommendation;
import io.millrace.tune.plan.Rung;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The findings so far. Confined to one thread. */
final class TuningResults {
  final int samples;
  CeilingSearch.@Nullable BatchCeiling trainCeiling;
  CeilingSearch.@Nullable BatchCeiling evalCeiling;
  final Map<Integer, Speed> trainSpeeds = new TreeMap<>();
  final List<Speed> evalSpeeds = new ArrayList<>();
  final List<Rung> rungs = new ArrayList<>();
  OptionalDouble noiseScale = OptionalDouble.empty();
  boolean interrupted;
  double seconds;

  TuningResults(int samples) {
    this.samples = samples;
  }

  /** The recommendation for training, if there are any findings for one. */
  Optional<Recommendation> train() {
    Map<Integer, Double> speeds = new LinkedHashMap<>();
    trainSpeeds.forEach((batch, speed) -> speeds.put(batch, speed.samplesPerSecond()));
    return Recommendation.of(rungs, speeds);
  }

  /** The recommendation for evaluation. */
  Optional<EvalChoice> eval() {
    return EvalChoice.of(evalSpeeds);
  }

  /**
   * Each candidate's rows, the one with most samples first; candidates are in the order of their
   * size.
   */
  List<List<CandidateResult>> rowsByCandidate() {
    Map<Object, List<CandidateResult>> byCandidate = new LinkedHashMap<>();
    for (Rung rung : rungs) {
      for (CandidateResult row : rung.rows()) {
        byCandidate.computeIfAbsent(row.candidate(), c -> new ArrayList<>()).add(0, row);
      }
    }
    return List.copyOf(byCandidate.values());
  }
}
