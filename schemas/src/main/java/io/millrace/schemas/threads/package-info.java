/**
 * Checks of which thread uses what.
 *
 * <p>What comes in: calls on the thread that claims an object. What goes out: an exception on any
 * other thread. Must not import anything of Millrace, Kafka or an engine.
 */
package io.millrace.schemas.threads;
