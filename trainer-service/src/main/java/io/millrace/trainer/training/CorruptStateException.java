package io.millrace.trainer.training;

/** Bytes that are not the optimizer's state as it was written: take an older checkpoint. */
public final class CorruptStateException extends TrainingException {
  private static final long serialVersionUID = 1L;

  CorruptStateException(String found) {
    super("not the state of an optimizer: " + found + "; resume from an older checkpoint");
  }
}
