package io.millrace.trainer.leading;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.TrainingConfig;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.SettingsEpoch;
import io.millrace.trainer.training.Learner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The settings on which the weights depend, apart from the train log, with the offsets from which
 * they are in force. Confined to one thread.
 */
final class SettingsHistory {
  static final String CEILING = "micro_batch_size";

  private final List<SettingsEpoch> epochs = new ArrayList<>();

  /**
   * @param stored epochs of any version, oldest first
   */
  SettingsHistory(List<SettingsEpoch> stored) {
    stored.stream().map(EpochCodec::current).forEach(this::add);
  }

  /** Oldest first. */
  List<SettingsEpoch> epochs() {
    return List.copyOf(epochs);
  }

  /** Adds the settings in force from an offset on, if they differ from the previous ones. */
  void note(Map<String, String> settings, long fromOffset) {
    add(EpochCodec.of(settings, fromOffset));
  }

  private void add(SettingsEpoch epoch) {
    SettingsEpoch last = epochs.isEmpty() ? null : epochs.get(epochs.size() - 1);
    if (last == null || !last.getSettingsMap().equals(epoch.getSettingsMap())) {
      epochs.add(epoch);
    }
  }

  void addTo(Checkpoint.Builder checkpoint) {
    checkpoint.addAllSettingsHistory(epochs);
  }

  static Map<String, String> of(PipelineConfig config, Learner learner) {
    TrainingConfig training = config.training();
    Map<String, String> settings = WeightSettings.of(training, config.model());
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
