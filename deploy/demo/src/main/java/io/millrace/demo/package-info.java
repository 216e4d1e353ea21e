/**
 * The demo: real flights sent to a topic, both services, and a summary of the run.
 *
 * <p>In: a file of flights, a directory. Out: records on the samples' topic, a line of progress,
 * and a summary that is computed from the topics alone, with consumers that belong to no group.
 * Start with {@link io.millrace.demo.Demo}. Must not import an engine, {@code cli}, {@code tune} or
 * {@code bench}.
 */
package io.millrace.demo;
