package io.millrace.trainer.leading;

import io.millrace.schemas.proto.SettingsEpoch;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The settings in force from an offset of the train log on, as a checkpoint stores them. Writes
 * version 1; reads versions 0 and 1.
 */
final class EpochCodec {
  /*
   * Version 0 stored all settings of training and of the model as one text each, the text that Java
   * gave their records at that time. The names of the components of that time are fixed below. The
   * values that version 1 stores are extracted from the text.
   */
  private static final int VERSION = 1;

  private static final Map<String, List<String>> COMPONENTS_OF_VERSION_0 =
      Map.of(
          "training",
          List.of(
              "device",
              "perDeviceTrainBatchSize",
              "gradientAccumulationSteps",
              "batchMaxWait",
              "dataloaderDropLast",
              "learningRate",
              "lrSchedulerType",
              "warmupSteps",
              "maxSteps",
              "optim",
              "weightDecay",
              "momentum",
              "adamBeta1",
              "adamBeta2",
              "adamEpsilon",
              "rmspropAlpha",
              "maxGradNorm",
              "saveSteps",
              "saveInterval",
              "saveTotalLimit",
              "seed",
              "autoFindBatchSize",
              "threads",
              "loggingSteps"),
          "model",
          List.of(
              "path",
              "recipe",
              "hidden",
              "embedding",
              "output",
              "loss",
              "huberDelta",
              "trainable",
              "frozen",
              "trainedUntil"));

  private static final Set<String> WORDS =
      Set.of("training.lr_scheduler_type", "training.optim", "model.output", "model.loss");

  private EpochCodec() {}

  static SettingsEpoch of(Map<String, String> settings, long fromOffset) {
    return SettingsEpoch.newBuilder()
        .setVersion(VERSION)
        .setFromTrainLogOffset(fromOffset)
        .putAllSettings(settings)
        .build();
  }

  /**
   * Converts to version 1. An epoch of a later version, or with an unknown text, is returned
   * unchanged.
   */
  static SettingsEpoch current(SettingsEpoch epoch) {
    if (epoch.getVersion() != 0) {
      return epoch;
    }
    Map<String, String> settings = new HashMap<>(epoch.getSettingsMap());
    COMPONENTS_OF_VERSION_0.forEach(
        (section, components) -> {
          String text = settings.getOrDefault(section, "");
          Map<String, String> values = parse(section, text, components);
          if (!values.isEmpty()) {
            settings.remove(section);
            settings.putAll(values);
          }
        });
    return of(settings, epoch.getFromTrainLogOffset());
  }

  /* Record[first=1, second=2]: each value ends where the next name begins. Empty if the text has another form. */
  private static Map<String, String> parse(String section, String text, List<String> components) {
    Map<String, String> values = new TreeMap<>();
    int from = text.indexOf('[') + 1;
    for (int i = 0; i < components.size(); i++) {
      String name = components.get(i) + "=";
      boolean isLast = i + 1 == components.size();
      int to = isLast ? text.length() - 1 : text.indexOf(", " + components.get(i + 1) + "=", from);
      if (to < from || !text.startsWith(name, from)) {
        return Map.of();
      }
      String key = section + "." + snakeCase(components.get(i));
      String value = text.substring(from + name.length(), to);
      if (!WeightSettings.WITHOUT_EFFECT.contains(key)) {
        values.put(key, WORDS.contains(key) ? value.toLowerCase(Locale.ROOT) : value);
      }
      from = to + 2;
    }
    return values;
  }

  private static String snakeCase(String component) {
    return component.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }
}
