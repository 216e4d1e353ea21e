/**
 * The time, as something that is passed in.
 *
 * <p>In: the time of this machine, or a test that moves it. Out: the time. Start with {@link
 * io.millrace.schemas.time.Clock}. Must not import Kafka, an engine, or any other package of
 * Millrace.
 */
package io.millrace.schemas.time;
