package io.millrace.schemas.config;

import io.millrace.schemas.config.binding.Checks;
import io.millrace.schemas.config.binding.Setting;
import org.jspecify.annotations.Nullable;

/** Which samples are never trained on. */
public record HoldoutConfig(
    @Setting(value = "The share held out, 0 to 0.5.", byDefault = "0.1") double share,
    @Setting(
            value =
                "What is hashed: the record's key (partition and offset if it has none), a field, or"
                    + " partition and offset.",
            byDefault = "key")
        By by,
    @Setting(value = "The field to hash, with by: field.", byDefault = Setting.NONE)
        @Nullable String field,
    @Setting(value = "Another seed holds out other samples.", byDefault = "0") long seed) {

  /** What is hashed. */
  public enum By {
    KEY,
    FIELD,
    OFFSET
  }

  public HoldoutConfig {
    new Checks()
        .between("share", share, 0, 0.5)
        .that(
            (by == By.FIELD) == (field != null),
            "field",
            field == null ? "none" : "'" + field + "'",
            "goes with by: field, and only with it")
        .done();
  }
}
