/**
 * Checks of which thread uses what.
 *
 * <p>In: calls on the thread that claims an object. Out: an exception on any other thread. Start
 * with {@link io.millrace.schemas.threads.ThreadOwner}. Must not import Kafka, an engine, or any
 * other package of Millrace.
 */
package io.millrace.schemas.threads;
