package io.millrace.schemas.config.binding;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The meaning and the default of a key of pipeline.yaml. The loader, the JSON Schema and the
 * reference all read it.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
  /** Marks a key that has no default and is required. */
  String REQUIRED = "\0required";

  /** Marks a key that may be absent; its component is then {@code null}. */
  String NONE = "\0none";

  /** One sentence for the user, with the unit. */
  String value();

  /** The default, in YAML. */
  String byDefault() default REQUIRED;

  /** The key, if it differs from the component's name in snake_case. */
  String key() default "";
}
