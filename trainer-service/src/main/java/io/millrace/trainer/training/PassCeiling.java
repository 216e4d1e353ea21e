package io.millrace.trainer.training;

import ai.djl.engine.EngineException;
import io.millrace.trainer.torch.Torch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The largest number of samples per pass, learned when memory runs out. */
final class PassCeiling {
  private static final Logger LOG = LoggerFactory.getLogger(PassCeiling.class);
  private static final int NONE = Integer.MAX_VALUE;

  private final boolean mayShrink;
  private final int batchSize;
  private int samples = NONE;

  /**
   * @param mayShrink {@code auto_find_batch_size}
   * @param batchSize {@code per_device_train_batch_size}, for messages
   */
  PassCeiling(boolean mayShrink, int batchSize) {
    this.mayShrink = mayShrink;
    this.batchSize = batchSize;
  }

  int samples() {
    return samples;
  }

  /** 0 if no limit is known. */
  int orZero() {
    return samples == NONE ? 0 : samples;
  }

  void restore(int orZero) {
    samples = orZero == 0 ? NONE : orZero;
  }

  /**
   * Halves the number of samples per pass.
   *
   * @param failed the number of samples of the pass that failed
   * @throws EngineException the given one, if it has another cause
   * @throws TrainingException if the number may not, or cannot, be smaller
   */
  void shrink(EngineException e, int failed, long step) {
    if (!MemoryGuard.isOutOfMemory(e)) {
      throw e;
    }
    if (!mayShrink || failed <= 1) {
      throw new TrainingException(
          "step %d: out of memory with %d samples at once; %s"
              .formatted(
                  step,
                  failed,
                  failed <= 1
                      ? "one sample is the minimum; use a smaller model or a larger device"
                      : "lower training.per_device_train_batch_size (now %d) or set"
                          .formatted(batchSize)
                          .concat(" training.auto_find_batch_size: true")),
          e);
    }
    samples = (failed + 1) / 2;
    Torch.emptyCudaCache();
    LOG.atWarn()
        .addKeyValue("step", step)
        .addKeyValue("failedSamples", failed)
        .addKeyValue("ceiling", samples)
        .log("out of memory, passes now have fewer samples; the step stays the same");
  }
}
