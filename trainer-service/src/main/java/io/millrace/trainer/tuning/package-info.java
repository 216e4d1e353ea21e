/**
 * Finding the train batch size.
 *
 * <p>In: a pipeline and samples at hand. Out: the largest batch that fits, how fast a batch size
 * is, what a model trained at it scores on each sample before it learns from it, and the gradient
 * noise scale. Touches nothing of a running pipeline. Must not import Kafka.
 */
package io.millrace.trainer.tuning;
