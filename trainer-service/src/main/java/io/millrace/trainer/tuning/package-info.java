/**
 * The search for the train batch size.
 *
 * <p>In: a pipeline and samples. Out: the largest batch that fits, the speed of a batch size, the
 * prequential quality of a model trained with it, and the gradient noise scale. Does not touch a
 * running pipeline. Start with {@link io.millrace.trainer.tuning.TrainProbe}. Must not import
 * Kafka.
 */
package io.millrace.trainer.tuning;
