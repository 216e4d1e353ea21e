package io.millrace.schemas.config;

import io.millrace.schemas.config.binding.Checks;
import io.millrace.schemas.config.binding.Setting;
import io.millrace.schemas.promotions.Pins;
import java.time.Duration;
import java.util.List;

/** How checkpoints are scored. */
public record EvaluationConfig(
    @Setting(value = "Where to score: auto, cpu, gpu or gpu:0.", byDefault = "auto") String device,
    @Setting(
            value = "Samples that one device scores in one call; as large as memory allows.",
            byDefault = "8192")
        int perDeviceEvalBatchSize,
    @Setting(value = "A partial eval batch is scored after this long.", byDefault = "PT0.1S")
        Duration batchMaxWait,
    @Setting(value = "Score sums and offsets are committed this often.", byDefault = "PT0.1S")
        Duration commitInterval,
    @Setting(value = "Length of an event-time window.", byDefault = "PT1H") Duration window,
    @Setting(
            value = "How long after its end a window still accepts samples, in event time.",
            byDefault = "PT10M")
        Duration grace,
    @Setting(
            value = "A partition without samples for this long (wall clock) delays no window.",
            byDefault = "PT30S")
        Duration idle,
    @Setting(value = "Checkpoints on trial at once.", byDefault = "2") int challengers,
    @Setting(
            value =
                "Checkpoints that are always scored: ids, or step>=N, the first announced at or after step N.",
            byDefault = "[]")
        List<String> pinned,
    @Setting(
            value =
                "The number of newest holdout samples that a new checkpoint is scored on at once.",
            byDefault = "2000")
        int ring,
    @Setting(value = "CPU threads of one session.", byDefault = "1") int threads,
    @Setting(value = "How drift is detected.", byDefault = "{}") DriftConfig drift) {

  /** The allowed forms of {@code device}. */
  public static final String DEVICES = "auto|cpu|gpu(:[0-9]+)?";

  /** How drift is detected. */
  public record DriftConfig(
      @Setting(value = "ADWIN's confidence parameter.", byDefault = "0.002") double delta,
      @Setting(
              value = "A population stability index above this counts as drift.",
              byDefault = "0.2")
          double psi) {
    public DriftConfig {
      new Checks()
          .that(delta > 0 && delta < 1, "delta", delta, "must lie between 0 and 1")
          .that(psi > 0, "psi", psi, "must be > 0")
          .done();
    }
  }

  public EvaluationConfig {
    pinned = List.copyOf(pinned);
    new Checks()
        .that(
            device.matches(DEVICES),
            "device",
            "'" + device + "'",
            "must be auto, cpu, gpu or gpu:0")
        .positive("per_device_eval_batch_size", perDeviceEvalBatchSize)
        .positive("batch_max_wait", batchMaxWait)
        .positive("commit_interval", commitInterval)
        .positive("window", window)
        .notNegative("grace", grace)
        .positive("idle", idle)
        .notNegative("challengers", challengers)
        .that(
            pinned.stream().allMatch(pin -> pin.matches(Pins.ENTRY)),
            "pinned",
            pinned,
            "must be ids of checkpoints, or like step>=1200")
        .positive("ring", ring)
        .positive("threads", threads)
        .done();
  }
}
