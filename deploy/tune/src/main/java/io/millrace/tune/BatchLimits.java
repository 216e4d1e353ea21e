package io.millrace.tune;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.rows.BatchAssembly;
import io.millrace.schemas.features.rows.InputSpec;
import java.util.List;

/** Limits of the batch size that do not depend on the device's memory. */
final class BatchLimits {
  /** With fewer steps than this, a stream gives no result for a batch size. */
  static final int LEAST_STEPS = 50;

  private static final int MOST = 1 << 18;
  private static final int MOST_TENSOR_BYTES = 1 << 30;

  private BatchLimits() {}

  /** A train batch is one record of the train log, whose size is limited. */
  static int train(PipelineConfig config, List<InputSpec> inputs) {
    int most = evaluation(inputs);
    while (most > 1
        && BatchAssembly.maxBytes(inputs, most) > config.topics().trainLogMaxMessageBytes()) {
      most = (int) (most * 0.98);
    }
    return most;
  }

  /** The bytes of a tensor are counted by an int. */
  static int evaluation(List<InputSpec> inputs) {
    int widest = inputs.stream().mapToInt(InputSpec::rowBytes).max().orElse(1);
    return Math.max(1, Math.min(MOST, MOST_TENSOR_BYTES / widest));
  }

  /** The largest batch for which a stream has enough steps. */
  static int stream(int samples, int batchesPerStep) {
    return Math.max(1, samples / LEAST_STEPS / batchesPerStep);
  }
}
