package io.millrace.schemas.config;

import io.millrace.schemas.config.binding.Binder;
import io.millrace.schemas.config.binding.Section;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Map;

/** Generates the Markdown reference of pipeline.yaml from the records that the loader fills. */
public final class PipelineReference {
  private final StringBuilder text = new StringBuilder();

  private PipelineReference() {}

  /** One table per section. The text is kept as {@code docs/pipeline-yaml.md}. */
  public static String text() {
    var reference = new PipelineReference();
    reference.text.append(
        """
        # pipeline.yaml

        Every key with its meaning and default. Any key can also be given as `--set key=value`, or as
        an environment variable: `training.learning_rate` is `MILLRACE_TRAINING__LEARNING_RATE`. A text may be
        `${file:/run/secrets/x}` or `${env:NAME}`; such values are never printed. Durations are `500ms`, `1s`,
        `10m`, `1h`, `2d` or ISO 8601. Training's names and meanings are those of Hugging Face `TrainingArguments`.
        """);
    reference.section("", PipelineConfig.class);
    return reference.text.toString();
  }

  private void section(String path, Class<?> record) {
    Section section = Section.of(record);
    text.append("\n## ").append(path.isEmpty() ? "The file" : "`" + path + "`").append("\n\n");
    text.append("| key | meaning | default |\n| --- | --- | --- |\n");
    section.keys().forEach(this::row);
    for (Section.SettingKey key : section.keys()) {
      Type type = key.type();
      String keyPath = Binder.join(path, key.name());
      if (type instanceof ParameterizedType generic) {
        nested(keyPath + "[]", generic.getActualTypeArguments()[0]);
      } else {
        nested(keyPath, type);
      }
    }
  }

  private void nested(String path, Type type) {
    if (!(type instanceof Class<?> raw)) {
      return;
    }
    if (raw.isRecord()) {
      section(path, raw);
    } else if (raw.isSealed() && raw.isInterface()) {
      for (Map.Entry<String, Class<?>> kind : Section.kinds(raw).entrySet()) {
        section(path + " (type: " + kind.getKey() + ")", kind.getValue());
      }
    }
  }

  private void row(Section.SettingKey key) {
    String fallback =
        key.isRequired()
            ? "required"
            : key.isOptional() ? "none" : "`" + key.setting().byDefault() + "`";
    String meaning = key.setting().value().replace("|", "\\|");
    text.append("| `%s` | %s | %s |\n".formatted(key.name(), meaning, fallback));
  }
}
