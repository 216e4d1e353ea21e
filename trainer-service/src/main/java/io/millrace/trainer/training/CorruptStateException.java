package io.millrace.trainer.training;

/**
 * The bytes are not an optimizer's state as it was written. Remedy: resume from an older
 * checkpoint.
 */
public final class CorruptStateException extends TrainingException {
  private static final long serialVersionUID = 1L;

  CorruptStateException(String found) {
    super("not the state of an optimizer: " + found + "; resume from an older checkpoint");
  }
}
