/**
 * An embedded Kafka broker with one node: the real server, in process.
 *
 * <p>In: a directory, a port and settings. Out: the address that clients use. Start with {@link
 * io.millrace.broker.EmbeddedBroker}. Must not import another package of Millrace.
 */
package io.millrace.broker;
