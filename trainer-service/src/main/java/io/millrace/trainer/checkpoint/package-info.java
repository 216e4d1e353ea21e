/**
 * Checkpoints: stored first, announced after, whole or absent.
 *
 * <p>In: snapshots of the step loop, and samples that poisoned a step. Out: directories in the
 * checkpoint store, announcements on the checkpoints topic, dead letters, progress. Deletes old
 * checkpoints and the train-log records before them. Weights and probes arrive in host memory.
 * Start with {@link io.millrace.trainer.checkpoint.CheckpointWriter}. Must not import {@code torch}
 * or {@code leading}.
 */
package io.millrace.trainer.checkpoint;
