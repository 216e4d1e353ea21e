package io.millrace.eval.dashboard.live;

import java.util.Locale;

/** Names of message constants as written in the API. */
final class ApiNames {
  private ApiNames() {}

  /** E.g. {@code rolled_back_by_hand}. */
  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
