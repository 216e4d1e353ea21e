/**
 * Checkpoints: stored first, announced after, whole or absent.
 *
 * <p>In: snapshots of the step loop, and the samples that poisoned a step. Out: directories in the
 * checkpoint store, announcements on the checkpoints topic, dead letters, progress; old checkpoints
 * and the train-log records before them are deleted. Must not run DJL's engine: weights and probes
 * arrive in host memory, and of DJL only its names of element types appear.
 */
package io.millrace.trainer.checkpoint;
