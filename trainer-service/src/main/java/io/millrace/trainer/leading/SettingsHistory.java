package io.millrace.trainer.leading;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.TrainingConfig;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.SettingsEpoch;
import io.millrace.trainer.training.Learner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What weights depend on beside the log, with the offset from which it held. Confined to one
 * thread.
 */
final class SettingsHistory {
  static final String CEILING = "micro_batch_size";

  private final List<SettingsEpoch> epochs;

  SettingsHistory(List<SettingsEpoch> epochs) {
    this.epochs = new ArrayList<>(epochs);
  }

  /** Notes what holds from an offset on, if it differs from what held before. */
  void note(Map<String, String> settings, long fromOffset) {
    SettingsEpoch last = epochs.isEmpty() ? null : epochs.get(epochs.size() - 1);
    if (last == null || !last.getSettingsMap().equals(settings)) {
      epochs.add(
          SettingsEpoch.newBuilder()
              .setFromTrainLogOffset(fromOffset)
              .putAllSettings(settings)
              .build());
    }
  }

  void addTo(Checkpoint.Builder checkpoint) {
    checkpoint.addAllSettingsHistory(epochs);
  }

  /** What else than the log and these settings decides on the last bits. */
  static final Set<String> PLATFORM = Set.of("devices", "cpu", "pytorch", "platform");

  static Map<String, String> of(PipelineConfig config, Learner learner) {
    TrainingConfig training = config.training();
    Map<String, String> settings = new HashMap<>();
    settings.put("training", training.toString());
    settings.put("model", config.model().toString());
    settings.put("batches_per_step", Integer.toString(learner.batchesPerStep()));
    settings.put(CEILING, Integer.toString(learner.ceiling()));
    settings.put("threads", Integer.toString(training.threads()));
    settings.put("devices", learner.devices());
    settings.put("cpu", CpuType.name());
    settings.put("pytorch", ai.djl.engine.Engine.getEngine("PyTorch").getVersion());
    settings.put("java", System.getProperty("java.version", ""));
    settings.put("platform", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return settings;
  }
}
