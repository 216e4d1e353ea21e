/**
 * The work of {@code millrace tune}.
 *
 * <p>In: a pipeline, and samples from its topic or a file. Out: cost and quality of each batch size
 * as a table, an HTML report, JSON, and lines for pipeline.yaml. {@code plan} decides what is tried
 * and recommended. Start with {@link io.millrace.tune.Tuner}. Must not import an engine, {@code
 * cli}, {@code demo} or {@code bench}.
 */
package io.millrace.tune;
