package io.millrace.schemas.config.binding;

import java.util.List;

/** Everything that is wrong with a configuration, in one message. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public ConfigException(List<Problem> problems) {
    super(describe(problems));
    this.problems = List.copyOf(problems);
  }

  /** Never empty. */
  public List<Problem> problems() {
    return problems;
  }

  private static String describe(List<Problem> problems) {
    var text = new StringBuilder();
    text.append(problems.size()).append(problems.size() == 1 ? " problem" : " problems");
    problems.forEach(problem -> text.append("\n  ").append(problem));
    return text.toString();
  }

  /**
   * One problem.
   *
   * @param key its path in the file, for example {@code training.learning_rate}
   * @param text what was found, what is allowed and what to do; secrets never appear in it
   */
  public record Problem(String key, String text) {
    @Override
    public String toString() {
      return key + ": " + text;
    }
  }
}
