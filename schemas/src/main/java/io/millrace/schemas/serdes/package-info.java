/**
 * Between bytes on a topic and messages. Bytes that cannot be decoded are a value, never an
 * exception.
 *
 * <p>In: any bytes. Out: a message, or the reason why there is none. Start with {@link
 * io.millrace.schemas.serdes.ProtoSerde}. Must not import {@code features}, {@code ops} or a
 * service.
 */
package io.millrace.schemas.serdes;
