package io.millrace.schemas.ops;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The named conditions that must be met before a service is ready. Thread-safe: any thread may
 * declare, set and read conditions.
 */
public final class Readiness {
  private final List<Condition> conditions = new CopyOnWriteArrayList<>();

  /**
   * Declares a condition, which is unmet for the given reason until {@link Condition#met} is
   * called.
   *
   * @param name short and stable, for example {@code train_log}
   */
  public Condition require(String name, String whyNot) {
    var condition = new Condition(name, new ReadinessState(name, false, whyNot));
    conditions.add(condition);
    return condition;
  }

  public boolean isReady() {
    return conditions.stream().allMatch(condition -> condition.state.met());
  }

  /** The present state of all conditions, in the order of declaration. */
  public List<ReadinessState> states() {
    return conditions.stream().map(condition -> condition.state).toList();
  }

  /**
   * The present state of a condition.
   *
   * @param detail why it is not met, or a note; may be empty
   */
  public record ReadinessState(String name, boolean met, String detail) {
    public ReadinessState {
      Objects.requireNonNull(detail);
    }
  }

  /** One condition. The thread that knows its state sets it. */
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

    /** Marks the condition as met, with a note for readers. */
    public void met(String note) {
      state = new ReadinessState(name, true, note);
    }

    public void unmet(String whyNot) {
      state = new ReadinessState(name, false, whyNot);
    }
  }
}
