package io.millrace.eval.dashboard.live;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.schemas.config.Task;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The summary for an operator.
 *
 * @param boot identifies this process: versions start again after a restart
 * @param version grows with every record read
 * @param filling true until all records that were in the topics at the start have been read
 * @param trouble the reason why the topics cannot be read; empty if they can
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

  /** A short description of a checkpoint. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Named(String id, @Nullable Long step, @Nullable Long announcedMs) {}

  /**
   * The checkpoint in force, and others with a role.
   *
   * @param champion null if there is none yet
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

  /** The figure of one series over its newest windows. */
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

  /** The progress of training. */
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

  /** The version of the last change of each table. */
  record Sections(long checkpoints, long promotions, long deadLetters) {}

  /**
   * The content of an event.
   *
   * @param reset true if the series are complete, so that the page must drop its own
   * @param series the windows that changed since the previous event
   */
  public record PageUpdate(boolean reset, PageState state, List<SeriesColumns> series) {
    /** The metrics in events: those of the charts. */
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

    /** The main metric of a task. */
    static String headline(Task task) {
      return switch (task) {
        case BINARY -> "auc";
        case MULTICLASS -> "accuracy";
        case REGRESSION -> "rmse";
      };
    }
  }
}
