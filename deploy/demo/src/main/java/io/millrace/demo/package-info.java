/**
 * The demo: real flights replayed onto a topic, both services at work on them, and a summary of
 * what came of it.
 *
 * <p>In: a file of flights, a directory. Out: records on the samples' topic, a line of progress,
 * the summary, all of it told from the topics by readers of no group. Must not look into a service:
 * what the topics do not say, the summary does not say.
 */
package io.millrace.demo;
