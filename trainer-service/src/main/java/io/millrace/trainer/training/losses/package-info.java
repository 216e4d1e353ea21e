/**
 * The losses: one number per sample, from a model's output and the label.
 *
 * <p>In: outputs and labels. Out: float32 losses [rows] on the device. Start with {@link
 * io.millrace.trainer.training.losses.Loss}. Must not import Kafka or {@code training}.
 */
package io.millrace.trainer.training.losses;
