/**
 * Finding the eval batch size.
 *
 * <p>In: a model and samples at hand. Out: the largest batch that fits, and how fast a batch size
 * is. Touches nothing of a running pipeline. Must not import Kafka.
 */
package io.millrace.eval.tuning;
