/**
 * The trainer's life on Kafka: waits to be the one that trains, takes up the newest checkpoint,
 * steps along the train log, and hands checkpoints over.
 *
 * <p>In: the train log and the checkpoints. Out: through {@code checkpoint}. Where weights come
 * from is {@code training}'s business; must not import ONNX Runtime.
 */
package io.millrace.trainer.leading;
