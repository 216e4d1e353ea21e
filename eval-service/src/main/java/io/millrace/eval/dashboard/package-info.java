/**
 * The live page and its JSON API.
 *
 * <p>What comes in: the pipeline's small topics (checkpoints, progress, promotions, evaluations,
 * dead letters, reports on score sums), followed by consumers of no group, and the offsets of the
 * stages' groups. What goes out: {@code /}, {@code /assets/}, {@code /api/}. Holds a bounded model
 * in memory and writes nothing anywhere. Must not import scoring, aggregation or an engine.
 */
package io.millrace.eval.dashboard;
