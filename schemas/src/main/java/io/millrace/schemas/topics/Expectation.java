package io.millrace.schemas.topics;

import java.util.Set;

/**
 * The expected value of one setting of a topic, and how strict the expectation is.
 *
 * @param setting a topic setting's name, for example {@code retention.ms}
 * @param value as Kafka writes it; {@code -1} means unlimited, for settings that can be
 */
public record Expectation(String setting, String value, ExpectationRule rule) {
  /** How an existing value is judged. */
  public enum ExpectationRule {
    /** A service does not start with any other value. */
    EXACT,
    /** A service does not start with a smaller number. */
    AT_LEAST,
    /** Another value only causes a warning. */
    ADVISED
  }

  /** Whether the existing value meets the expectation. */
  boolean isMetBy(String found) {
    if (rule == ExpectationRule.AT_LEAST) {
      return Long.parseLong(found) >= Long.parseLong(value);
    }
    return Set.of(found.split(",", -1)).equals(Set.of(value.split(",", -1)));
  }

  boolean isRequired() {
    return rule != ExpectationRule.ADVISED;
  }
}
