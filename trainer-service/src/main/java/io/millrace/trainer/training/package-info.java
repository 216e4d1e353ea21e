/**
 * The step loop: train batches in, moved weights and the result of each step out.
 *
 * <p>In: train batches. Out: a {@link io.millrace.trainer.training.StepResult} per step, and a
 * {@link io.millrace.trainer.training.LearnerState} from which a later run continues bit for bit.
 * Where batches come from and states go is decided by callers. Start with {@link
 * io.millrace.trainer.training.Learner}. Must not import Kafka, {@code leading} or {@code
 * checkpoint}.
 */
package io.millrace.trainer.training;
