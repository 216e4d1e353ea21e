package io.millrace.schemas.config.binding;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a key of pipeline.yaml means and what holds where it is absent. The loader, the JSON Schema
 * and the reference all read it.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
  /** Marks a key that has no default and must be given. */
  String REQUIRED = "\0required";

  /** Marks a key that may be absent; its component is {@code null} then. */
  String NONE = "\0none";

  /** One sentence for the user, with the unit. */
  String value();

  /** The default, as one would write it in YAML. */
  String byDefault() default REQUIRED;

  /** The key, where it is not the component's name in snake_case. */
  String key() default "";
}
