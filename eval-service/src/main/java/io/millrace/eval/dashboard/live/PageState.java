package io.millrace.eval.dashboard.live;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.schemas.config.Task;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operator sees at a glance.
 *
 * @param boot of this process: after a restart versions begin anew
 * @param version grows with everything that is read
 * @param filling true until what stood on the topics at the start has been read
 * @param trouble why following does not go on; empty: it does
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PageState(
    String pipeline,
    String task,
    String boot,
    long version,
    long atMs,
    boolean filling,
    String trouble,
    Stages.Stream stream,
    InForce inForce,
    List<Score> scores,
    @Nullable Training training,
    List<StageProgress.StageView> stages,
    List<BatchSizes.BatchSizesView> batches,
    Map<String, Double> drift,
    Latency.LatencyView freshnessMs,
    Latency.LatencyView verdictMs,
    DeadLetterCounts.DeadLettersView deadLetters,
    ScoringLedger.LedgerView ledger,
    Map<String, Long> decisions,
    long checkpointsAnnounced,
    Sections sections) {

  /** A checkpoint, in short. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Named(String id, @Nullable Long step, @Nullable Long announcedMs) {}

  /**
   * Who is in force and who is looked at.
   *
   * @param champion null: none yet
   * @param by the decision that put it in force
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record InForce(
      @Nullable Named champion,
      DecisionList.@Nullable DecisionView by,
      @Nullable Named replaced,
      List<Named> onTrial,
      List<Named> pinned,
      @Nullable Named latest) {}

  /** One series' figure over its newest windows. */
  record Score(
      String id,
      String role,
      String kind,
      long step,
      int windows,
      long count,
      long fromMs,
      long toMs,
      long atMs,
      Map<String, Double> metrics) {}

  /** Where the trainer stands. */
  record Training(
      long step,
      long trainLogOffset,
      long trainLogLag,
      double loss,
      double learningRate,
      double gradientNorm,
      double samplesPerSecond,
      double stepMsP50,
      double stepMsP99,
      long checkpointsSkipped,
      long atMs) {}

  /** At which version each table changed last. */
  record Sections(long checkpoints, long promotions, long deadLetters) {}

  /**
   * What an event carries.
   *
   * @param reset true: series are whole, what the page has of them is to be dropped
   * @param series the windows that changed since the event before
   */
  public record PageUpdate(boolean reset, PageState state, List<SeriesColumns> series) {
    /** The metrics that events carry: those the charts draw. */
    public static List<String> metrics(Task task) {
      String headline = headline(task);
      return List.of(
          "loss",
          "loss_prior",
          "loss_last_label",
          headline,
          headline + "_prior",
          headline + "_last_label",
          headline + "_bound");
    }

    /** The metric that stands first for a task. */
    static String headline(Task task) {
      return switch (task) {
        case BINARY -> "auc";
        case MULTICLASS -> "accuracy";
        case REGRESSION -> "rmse";
      };
    }
  }
}
