package io.millrace.eval.intake;

import java.util.Locale;

/** Why a sample that was read is in neither PREQUENTIAL nor HOLDOUT of the online series. */
public enum Exclusion {
  /** It could not be decoded, or is no sample of this pipeline. */
  REJECTED,
  /** An event with its {@code samples.id} was read before. */
  REPEAT,
  /** Every checkpoint that there is may have been trained on it. */
  SEEN_IN_TRAINING,
  /** There was no checkpoint that could score. */
  NO_CHECKPOINT,
  /** Its topic had dropped it before it was read; counted by offsets. */
  LOST;

  /** As on the topic and in meters. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
