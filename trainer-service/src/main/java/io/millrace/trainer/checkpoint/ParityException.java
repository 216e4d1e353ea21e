package io.millrace.trainer.checkpoint;

/** A checkpoint must not be announced: ONNX Runtime does not agree with training on it. */
final class ParityException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ParityException(String message) {
    super(message);
  }
}
