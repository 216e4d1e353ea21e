package io.millrace.schemas.topics;

import java.util.Set;

/**
 * What one setting of a topic should be, and how much depends on it.
 *
 * @param setting a topic setting's name, e.g. {@code retention.ms}
 * @param value as Kafka writes it; {@code -1} means unlimited where the setting knows that
 */
public record Expectation(String setting, String value, ExpectationRule rule) {
  /** How a found value is judged. */
  public enum ExpectationRule {
    /** A service does not start with any other value. */
    EXACT,
    /** A service does not start with a smaller number. */
    AT_LEAST,
    /** Another value is worth a word, no more. */
    ADVISED
  }

  /** Whether the value found is as good as the one expected. */
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
