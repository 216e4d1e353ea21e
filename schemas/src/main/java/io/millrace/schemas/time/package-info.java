/**
 * The time, as something that is passed in.
 *
 * <p>In: nothing. Out: the time. Start with {@link io.millrace.schemas.time.Clock}. Must not import
 * Kafka, an engine, or any other package of Millrace.
 */
package io.millrace.schemas.time;
