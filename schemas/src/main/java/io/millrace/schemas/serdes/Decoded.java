package io.millrace.schemas.serdes;

import io.millrace.schemas.proto.DeadLetter;
import java.util.Optional;

/** What came of decoding: the thing, or why there is none. */
public sealed interface Decoded<T> {
  /** The thing, or empty if it was rejected. */
  Optional<T> tryValue();

  /** Decoded. */
  record Ok<T>(T value) implements Decoded<T> {
    @Override
    public Optional<T> tryValue() {
      return Optional.of(value);
    }
  }

  /**
   * Not decodable.
   *
   * @param reason as it goes into a dead letter
   * @param detail what was found and what was expected; no payload
   */
  record Rejected<T>(DeadLetter.Reason reason, String detail) implements Decoded<T> {
    @Override
    public Optional<T> tryValue() {
      return Optional.empty();
    }
  }
}
