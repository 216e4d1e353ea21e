/**
 * An embedded single-node Kafka broker: the real server, in process.
 *
 * <p>What comes in: a directory, a port and settings. What goes out: the address that clients use.
 * Knows nothing of Millrace, so that every module's tests can use it; must not import other
 * packages of Millrace.
 */
package io.millrace.broker;
