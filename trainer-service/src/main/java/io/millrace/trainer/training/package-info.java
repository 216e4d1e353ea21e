/**
 * The step loop: train batches in, moved weights and what came of the step out.
 *
 * <p>{@link io.millrace.trainer.training.Learner} takes one step at a time; {@link
 * io.millrace.trainer.training.LearnerState} is all that a later run needs to go on bit for bit.
 * Knows DJL and the graph; must not import Kafka: where batches come from, and where states go, is
 * others' business.
 */
package io.millrace.trainer.training;
