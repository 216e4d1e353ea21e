/**
 * The live page and its JSON API.
 *
 * <p>In: the pipeline's small topics (checkpoints, progress, promotions, evaluations, dead letters,
 * reports on score sums), read without a consumer group, and the offsets of the stages' groups.
 * Out: {@code /}, {@code /assets/}, {@code /api/}. Writes nothing anywhere. Start with {@link
 * io.millrace.eval.dashboard.Dashboard}. Must not import an engine, {@code scoring} or {@code
 * aggregation}.
 */
package io.millrace.eval.dashboard;
