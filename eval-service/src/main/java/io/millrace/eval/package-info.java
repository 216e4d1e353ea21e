/**
 * The eval service: samples and checkpoints in, evaluations and decisions out.
 *
 * <p>In: a pipeline. Out: scoring, aggregation and the live page, started and stopped together.
 * Start with {@link io.millrace.eval.EvalService}.
 */
package io.millrace.eval;
