/**
 * The life of a trainer on Kafka: waits to lead, resumes from the newest checkpoint, steps along
 * the train log and hands checkpoints to their writer.
 *
 * <p>In: the train log and the checkpoints. Out: checkpoints, through {@code checkpoint}. Start
 * with {@link io.millrace.trainer.leading.TrainerLoop}. Must not import ONNX Runtime.
 */
package io.millrace.trainer.leading;
