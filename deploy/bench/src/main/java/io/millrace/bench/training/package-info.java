/**
 * The speed of the step loop against DJL's own {@code Trainer}, on the same samples, model, loss
 * and optimizer.
 *
 * <p>In: generated samples. Out: steps per second. The caller measures training from a log and
 * passes it in. Start with {@link io.millrace.bench.training.TrainingBench}. Must not import Kafka.
 */
package io.millrace.bench.training;
