package io.millrace.schemas.ops;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The named conditions a service needs met before it is ready. Thread-safe: any thread may declare
 * conditions, set them and read them.
 */
public final class Readiness {
  private final List<Condition> conditions = new CopyOnWriteArrayList<>();

  /**
   * Declares a condition, unmet for the reason given until {@link Condition#met} is called.
   *
   * @param name short and stable, e.g. {@code train_log}
   */
  public Condition require(String name, String whyNot) {
    var condition = new Condition(name, new ReadinessState(name, false, whyNot));
    conditions.add(condition);
    return condition;
  }

  public boolean isReady() {
    return conditions.stream().allMatch(condition -> condition.state.met());
  }

  /** All conditions as they stand, in the order of declaration. */
  public List<ReadinessState> states() {
    return conditions.stream().map(condition -> condition.state).toList();
  }

  /**
   * A condition as it stands.
   *
   * @param detail why it is not met, or a note about what is met; may be empty
   */
  public record ReadinessState(String name, boolean met, String detail) {
    public ReadinessState {
      Objects.requireNonNull(detail);
    }
  }

  /** One condition; set by the thread that knows. */
  public static final class Condition {
    private final String name;
    private volatile ReadinessState state;

    private Condition(String name, ReadinessState state) {
      this.name = name;
      this.state = state;
    }

    public void met() {
      met("");
    }

    /** Met, with a note that readers should see. */
    public void met(String note) {
      state = new ReadinessState(name, true, note);
    }

    public void unmet(String whyNot) {
      state = new ReadinessState(name, false, whyNot);
    }
  }
}
