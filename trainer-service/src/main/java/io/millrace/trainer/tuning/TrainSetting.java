package io.millrace.trainer.tuning;

/**
 * A setting to try.
 *
 * @param batch {@code per_device_train_batch_size}
 */
public record TrainSetting(int batch, double learningRate, long seed) {}
