/**
 * Between bytes on a topic and messages, with one rule: bytes that do not decode are a value, never
 * an exception.
 *
 * <p>What comes in: bytes from anyone. What goes out: messages, or the reason why there is none.
 * Must not import features, services or the ops endpoint.
 */
package io.millrace.schemas.serdes;
