/**
 * Records read from files and written to a topic, and recent samples read from a topic.
 *
 * <p>In: CSV or JSON lines, or any sequence of values. Out: records on the samples' topic, in
 * order, at a given pace, each sent once however often the command is started. Start with {@link
 * io.millrace.records.RecordSender}. Must not import a service or an engine.
 */
package io.millrace.records;
