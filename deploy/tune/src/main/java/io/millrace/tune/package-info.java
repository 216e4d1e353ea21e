/**
 * The work of {@code millrace tune}.
 *
 * <p>In: a pipeline, and samples off its topic or out of a file. Out: what each batch size costs
 * and gives, as a table, a report in HTML, JSON and lines for pipeline.yaml. Read {@link
 * io.millrace.tune.Tuner} first. What is tried and recommended is decided in {@code plan}.
 */
package io.millrace.tune;
