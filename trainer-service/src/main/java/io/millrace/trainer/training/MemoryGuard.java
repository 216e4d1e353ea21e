package io.millrace.trainer.training;

import ai.djl.engine.EngineException;

/** Asked before each pass whether the device has room; the real one lets PyTorch find out. */
@FunctionalInterface
public interface MemoryGuard {
  /**
   * Called on the training thread.
   *
   * @throws EngineException as PyTorch throws it where memory runs out
   */
  void beforePass(int samples);

  /** Whether PyTorch, on a CPU or a GPU, says that memory ran out. */
  static boolean isOutOfMemory(EngineException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("out of memory")
        || message.contains("can't allocate memory")
        || message.contains("not enough memory");
  }
}
