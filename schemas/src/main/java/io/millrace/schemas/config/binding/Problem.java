package io.millrace.schemas.config.binding;

/**
 * One thing that is wrong.
 *
 * @param key its path in the file, e.g. {@code training.learning_rate}
 * @param text what was found, what is allowed and what to do; secrets never appear in it
 */
public record Problem(String key, String text) {
  @Override
  public String toString() {
    return key + ": " + text;
  }
}
