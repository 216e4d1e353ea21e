package io.millrace.schemas.serdes;

import io.millrace.schemas.proto.DeadLetter;
import java.util.Optional;

/** The result of decoding: the value, or the reason why there is none. */
public sealed interface Decoded<T> {
  /** The value, or empty if it was rejected. */
  Optional<T> tryValue();

  /** A decoded value. */
  record Ok<T>(T value) implements Decoded<T> {
    @Override
    public Optional<T> tryValue() {
      return Optional.of(value);
    }
  }

  /**
   * Bytes that cannot be decoded.
   *
   * @param reason the reason for a dead letter
   * @param detail what was found and what was expected; no payload
   */
  record Rejected<T>(DeadLetter.Reason reason, String detail) implements Decoded<T> {
    @Override
    public Optional<T> tryValue() {
      return Optional.empty();
    }
  }
}
