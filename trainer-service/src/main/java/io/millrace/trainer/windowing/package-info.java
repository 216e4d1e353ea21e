/**
 * From samples to train batches, exactly once: a Kafka Streams topology that decodes, sets bad
 * records aside, holds out, and collects the rest per partition.
 *
 * <p>In: the samples' topic. Out: the train log and the dead letters. Start with {@link
 * io.millrace.trainer.windowing.WindowingProcessor}. Must not import DJL or ONNX Runtime.
 */
package io.millrace.trainer.windowing;
