package io.millrace.trainer.leading;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.config.ModelConfig;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.config.TrainingConfig;
import io.millrace.schemas.config.binding.Setting;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class WeightSettingsTest {
  private static final PipelineConfig CONFIG =
      new PipelineLoader(Map.of(), List.of())
          .load(
              """
              pipeline: test
              samples: {topic: samples}
              features: [{name: x, type: number}]
              label: {type: threshold, field: y, above: 0}
              """,
              Path.of("."))
          .config();

  @Test
  void everySettingOfTrainingAndModelEitherMovesWeightsOrIsNamedAmongThoseThatDoNot() {
    // given
    Set<String> decided = new TreeSet<>(WeightSettings.WITHOUT_EFFECT);
    Set<String> recorded = WeightSettings.of(CONFIG.training(), CONFIG.model()).keySet();

    // when
    Set<String> keys = new TreeSet<>();
    keys.addAll(keys("training.", TrainingConfig.class));
    keys.addAll(keys("model.", ModelConfig.class));

    // then
    assertThat(decided).doesNotContainAnyElementsOf(recorded);
    decided.addAll(recorded);
    assertThat(keys).as("does a new setting move weights? See WeightSettings").isEqualTo(decided);
  }

  private static Set<String> keys(String section, Class<?> record) {
    Set<String> keys = new TreeSet<>();
    for (RecordComponent component : record.getRecordComponents()) {
      Setting setting = Objects.requireNonNull(component.getAnnotation(Setting.class));
      String inSnakeCase =
          component.getName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
      keys.add(section + (setting.key().isEmpty() ? inSnakeCase : setting.key()));
    }
    return keys;
  }
}
