package io.millrace.schemas.config.binding;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the values that a section refuses, so that all of them are reported at once. Keys are
 * relative to the section; the loader puts the section's path before them.
 */
public final class Checks {
  private final List<ConfigException.Problem> problems = new ArrayList<>();

  /** Refuses {@code found} unless {@code holds}. */
  public Checks that(boolean holds, String key, Object found, String allowed) {
    if (!holds) {
      problems.add(new ConfigException.Problem(key, "found " + found + ", " + allowed));
    }
    return this;
  }

  public Checks positive(String key, long found) {
    return that(found > 0, key, found, "must be at least 1");
  }

  public Checks notNegative(String key, double found) {
    return that(found >= 0 && Double.isFinite(found), key, found, "must be a finite number >= 0");
  }

  public Checks between(String key, double found, double least, double most) {
    return that(
        found >= least && found <= most, key, found, "must be from " + least + " to " + most);
  }

  public Checks positive(String key, Duration found) {
    return that(
        !found.isZero() && !found.isNegative(),
        key,
        found,
        "must be longer than zero, for example PT1S");
  }

  public Checks notNegative(String key, Duration found) {
    return that(!found.isNegative(), key, found, "must not be negative");
  }

  public Checks notBlank(String key, String found) {
    return that(!found.isBlank(), key, "an empty text", "must name something");
  }

  /** Ends the checks of a section. */
  public void done() {
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }
}
