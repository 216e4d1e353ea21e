/**
 * The trainer service: samples in, checkpoints out.
 *
 * <p>In: a pipeline. Out: windowing and training, started and stopped together or apart. Start with
 * {@link io.millrace.trainer.TrainerService}.
 */
package io.millrace.trainer;
