/**
 * Everything that both services must agree on.
 *
 * <p>In: bytes of topics and files. Out: messages, settings and rows. Must not import a service or
 * an engine.
 */
package io.millrace.schemas;
