package io.millrace.trainer.training;

import ai.djl.engine.EngineException;

/**
 * Checks before each pass whether the device has enough memory. In production it does nothing:
 * PyTorch itself throws.
 */
@FunctionalInterface
public interface MemoryGuard {
  /**
   * Called on the training thread.
   *
   * @throws EngineException as PyTorch throws it when memory runs out
   */
  void beforePass(int samples);

  /** Whether the exception means that memory ran out, on a CPU or a GPU. */
  static boolean isOutOfMemory(EngineException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("out of memory")
        || message.contains("can't allocate memory")
        || message.contains("not enough memory");
  }
}
