/**
 * Which batch sizes and learning rates are tried, on how many samples, and which is recommended.
 *
 * <p>In: results of trials. Out: rungs of successive halving, and a recommendation. Start with
 * {@link io.millrace.tune.plan.Halving}. Pure: must not import Kafka or an engine.
 */
package io.millrace.tune.plan;
