package io.millrace.schemas.config;

import java.util.ArrayList;
import java.util.List;

/** Warns of settings that are allowed but have a cost. */
final class Warnings {
  private Warnings() {}

  static List<String> of(PipelineConfig pipeline) {
    List<String> warnings = new ArrayList<>();
    int train = pipeline.training().perDeviceTrainBatchSize();
    int eval = pipeline.evaluation().perDeviceEvalBatchSize();
    if (eval < train) {
      warnings.add(
          "evaluation.per_device_eval_batch_size ("
              + eval
              + ") is smaller than training.per_device_train_batch_size ("
              + train
              + "): scoring keeps no gradients, so it has room for more, and small batches cost it most of its speed;"
              + " the default is 8192");
    }
    if (train == 1) {
      warnings.add(
          "training.per_device_train_batch_size is 1: every step follows one sample's gradient, which is noisy,"
              + " and takes about as long as a step over 50; millrace tune measures what fits");
    }
    return warnings;
  }
}
