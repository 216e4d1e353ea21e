package io.millrace.trainer.graph.ops;

/** The model cannot be trained as it is. The message names what to change in it. */
public final class GraphException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public GraphException(String message) {
    super(message);
  }

  public GraphException(String message, Throwable cause) {
    super(message, cause);
  }
}
