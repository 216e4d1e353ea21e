/**
 * The search for the eval batch size.
 *
 * <p>In: a model and samples. Out: the largest batch that fits, and the speed of a batch size. Does
 * not touch a running pipeline. Start with {@link io.millrace.eval.tuning.EvalProbe}. Must not
 * import Kafka.
 */
package io.millrace.eval.tuning;
