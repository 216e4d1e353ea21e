package io.millrace.schemas.serdes;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.millrace.schemas.proto.DeadLetter;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes one message type. Decoding accepts any bytes: if they are not a message, or
 * more than the limit, the result is {@link Decoded.Rejected}. Immutable and thread-safe.
 *
 * <p>The limit bounds memory: a message of empty parts takes about thirty times its encoded size on
 * the heap. Protobuf itself bounds the depth, at 100.
 */
public final class ProtoSerde<T extends Message> {
  /** The default limit of decoded messages, in bytes: as large as a train batch may be. */
  public static final int DEFAULT_MAX_BYTES = 8 << 20;

  private final String name;
  private final Parser<T> parser;
  private final int maxBytes;

  private ProtoSerde(String name, Parser<T> parser, int maxBytes) {
    this.name = name;
    this.parser = parser;
    this.maxBytes = maxBytes;
  }

  /** For messages of the type of {@code example}, for example its default instance. */
  @SuppressWarnings("unchecked")
  public static <T extends Message> ProtoSerde<T> of(T example) {
    return new ProtoSerde<>(
        example.getDescriptorForType().getName(),
        (Parser<T>) example.getParserForType(),
        DEFAULT_MAX_BYTES);
  }

  public ProtoSerde<T> withMaxBytes(int maxBytes) {
    return new ProtoSerde<>(name, parser, maxBytes);
  }

  /**
   * @param bytes any; null (a tombstone, or a record without a value) is rejected
   */
  public Decoded<T> decode(byte @Nullable [] bytes) {
    if (bytes == null) {
      return rejected(DeadLetter.Reason.UNDECODABLE, "found no bytes");
    }
    if (bytes.length > maxBytes) {
      return rejected(
          DeadLetter.Reason.TOO_LARGE, "found " + bytes.length + " bytes, allowed are " + maxBytes);
    }
    try {
      return new Decoded.Ok<>(parser.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      return rejected(DeadLetter.Reason.UNDECODABLE, String.valueOf(e.getMessage()));
    }
  }

  public byte[] encode(T message) {
    return message.toByteArray();
  }

  /** For producers. Null stays null, as a tombstone. */
  public Serializer<T> serializer() {
    return (topic, message) -> message == null ? null : encode(message);
  }

  /** For consumers. */
  public Deserializer<Decoded<T>> deserializer() {
    return (topic, bytes) -> decode(bytes);
  }

  private Decoded<T> rejected(DeadLetter.Reason reason, String why) {
    return new Decoded.Rejected<>(reason, "not a " + name + ": " + why);
  }
}
