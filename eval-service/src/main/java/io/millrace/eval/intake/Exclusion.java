package io.millrace.eval.intake;

import java.util.Locale;

/** Why a record counts in neither PREQUENTIAL nor HOLDOUT of the online series. */
public enum Exclusion {
  /** It could not be decoded as a sample of this pipeline. */
  REJECTED,
  /** A sample with the same {@code samples.id} was read before. */
  REPEAT,
  /** Every announced checkpoint may have been trained on it. */
  SEEN_IN_TRAINING,
  /** No checkpoint could score it. */
  NO_CHECKPOINT,
  /** It was deleted from its topic before it was read; counted by offsets. */
  LOST;

  /** The name on the topic and in meters. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
