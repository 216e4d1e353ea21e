/**
 * Records out of a file, and their way onto a topic.
 *
 * <p>In: CSV or JSON lines, or any sequence of values. Out: records on the samples' topic, in
 * order, at a pace, each once however often it is started. Must not import a service.
 */
package io.millrace.records;
