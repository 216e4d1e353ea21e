package io.millrace.eval.metrics;

import io.millrace.schemas.config.Task;
import io.millrace.schemas.proto.Baseline;
import io.millrace.schemas.proto.Sums;
import java.util.SortedMap;
import java.util.TreeMap;

/** Metrics of sums, by name; docs/metrics.md defines each. */
public final class Metrics {
  private final SortedMap<String, Double> values = new TreeMap<>();
  private final Sums sums;

  private Metrics(Sums sums) {
    this.sums = sums;
  }

  /**
   * The metrics, sorted by name. A metric that the samples do not determine (recall without a
   * positive) is absent: all values are finite.
   */
  public static SortedMap<String, Double> of(Task task, Sums sums) {
    Metrics metrics = new Metrics(sums);
    metrics.common();
    switch (task) {
      case BINARY -> metrics.binary();
      case MULTICLASS -> metrics.multiclass();
      case REGRESSION -> metrics.regression();
    }
    return metrics.values;
  }

  private void put(String name, double value) {
    if (Double.isFinite(value)) {
      values.put(name, value);
    }
  }

  private void common() {
    double mean = sums.getLoss() / sums.getWeight();
    put("loss", mean);
    put("loss_sd", Math.sqrt(Math.max(sums.getLossSquared() / sums.getWeight() - mean * mean, 0)));
    put("loss_prior", sums.getPrior().getLoss() / sums.getPrior().getWeight());
    put("loss_last_label", sums.getLastLabel().getLoss() / sums.getLastLabel().getWeight());
    put("staleness_p50", Staleness.quantile(sums.getStaleness(), 0.5));
    put("staleness_p99", Staleness.quantile(sums.getStaleness(), 0.99));
    put("not_finite", (double) sums.getNotFinite() / sums.getCount());
  }

  private ClassTotals classes() {
    ClassTotals totals = ClassTotals.of(sums);
    double accuracy = totals.accuracy(sums.getWeight());
    double prior = sums.getPrior().getAgreement() / sums.getPrior().getWeight();
    double last = sums.getLastLabel().getAgreement() / sums.getLastLabel().getWeight();
    put("accuracy", accuracy);
    put("accuracy_prior", prior);
    put("accuracy_last_label", last);
    put("kappa", kappa(accuracy, totals.chance(sums.getWeight())));
    put("kappa_prior", kappa(accuracy, prior));
    put("kappa_last_label", kappa(accuracy, last));
    put("brier", sums.getBrier() / sums.getWeight());
    put("brier_prior", sums.getPrior().getSquaredError() / sums.getPrior().getWeight());
    put(
        "brier_last_label",
        sums.getLastLabel().getSquaredError() / sums.getLastLabel().getWeight());
    put("ece", Calibration.error(sums));
    return totals;
  }

  private static double kappa(double accuracy, double baseline) {
    return (accuracy - baseline) / (1 - baseline);
  }

  private void binary() {
    ClassTotals totals = classes();
    if (totals.classes() == 2) {
      put("precision", totals.precision(1));
      put("recall", totals.recall(1));
      put("f1", totals.f1(1));
      put("positive_share", totals.labelled()[1] / sums.getWeight());
    }
    Estimate auc = Ranking.rocAuc(sums.getPositives(), sums.getNegatives());
    put("auc", auc.value());
    put("auc_bound", auc.bound());
    Estimate prAuc = Ranking.prAuc(sums.getPositives(), sums.getNegatives());
    put("pr_auc", prAuc.value());
    put("pr_auc_bound", prAuc.bound());
    put("auc_prior", auc(sums.getPrior()));
    put("auc_last_label", auc(sums.getLastLabel()));
  }

  private static double auc(Baseline baseline) {
    return Ranking.rocAuc(baseline.getPositives(), baseline.getNegatives()).value();
  }

  private void multiclass() {
    ClassTotals totals = classes();
    put("precision", Averages.ofFinite(totals.classes(), totals::precision));
    put("recall", Averages.ofFinite(totals.classes(), totals::recall));
    put("f1", Averages.ofFinite(totals.classes(), totals::f1));
  }

  private void regression() {
    double weight = sums.getWeight();
    double label = sums.getLabel() / weight;
    double variance = sums.getLabelSquared() / weight - label * label;
    put("mae", sums.getAbsoluteError() / weight);
    put("rmse", Math.sqrt(sums.getSquaredError() / weight));
    put("r2", r2(sums.getSquaredError() / weight, variance));
    put("bias", sums.getError() / weight);
    baseline("prior", sums.getPrior(), variance);
    baseline("last_label", sums.getLastLabel(), variance);
  }

  private void baseline(String name, Baseline baseline, double variance) {
    double squared = baseline.getSquaredError() / baseline.getWeight();
    put("mae_" + name, baseline.getAbsoluteError() / baseline.getWeight());
    put("rmse_" + name, Math.sqrt(squared));
    put("r2_" + name, r2(squared, variance));
  }

  private static double r2(double squaredError, double variance) {
    return variance > 0 ? 1 - squaredError / variance : Double.NaN;
  }
}
