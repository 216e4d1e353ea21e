package io.millrace.eval.dashboard.live;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.TrainProgress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Batch sizes: configured, in use, and limited by memory. */
public record BatchSizes(PipelineConfig config, MeterRegistry meters) {
  /** Meter of the largest eval batch of scoring in this process, given its memory. */
  public static final String EVAL_CEILING = "millrace.scoring.eval.batch.ceiling";

  /**
   * Batch sizes in the API.
   *
   * @param name train or eval
   * @param configured samples per device, as in pipeline.yaml
   * @param inForce samples per device now; null if unknown
   * @param ceiling the most samples that fit; null if memory never ran out
   * @param perStep train: samples of a step, over devices and accumulation; null for eval
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record BatchSizesView(
      String name,
      long configured,
      @Nullable Long inForce,
      @Nullable Long ceiling,
      @Nullable Long perStep) {}

  List<BatchSizesView> views(@Nullable TrainProgress progress, @Nullable Checkpoint latest) {
    return List.of(train(progress, latest), eval());
  }

  private BatchSizesView train(@Nullable TrainProgress progress, @Nullable Checkpoint latest) {
    long configured = config.training().perDeviceTrainBatchSize();
    Long inForce =
        progress == null || progress.getMicroBatchSize() == 0
            ? null
            : (Long) (long) progress.getMicroBatchSize();
    boolean belowSetting = inForce != null && inForce < configured;
    return new BatchSizesView(
        "train", configured, inForce, belowSetting ? inForce : null, perStep(latest));
  }

  private @Nullable Long perStep(@Nullable Checkpoint latest) {
    if (latest == null || latest.getSettingsHistoryCount() == 0) {
      return null;
    }
    Map<String, String> settings =
        latest.getSettingsHistory(latest.getSettingsHistoryCount() - 1).getSettingsMap();
    try {
      return Long.parseLong(settings.getOrDefault("batches_per_step", ""))
          * config.training().perDeviceTrainBatchSize();
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private BatchSizesView eval() {
    long configured = config.evaluation().perDeviceEvalBatchSize();
    Gauge gauge = meters.find(EVAL_CEILING).gauge();
    double value = gauge == null ? Double.NaN : gauge.value();
    Long inForce = value > 0 ? (Long) Math.min(configured, Math.round(value)) : null;
    boolean belowSetting = inForce != null && inForce < configured;
    return new BatchSizesView("eval", configured, inForce, belowSetting ? inForce : null, null);
  }
}
