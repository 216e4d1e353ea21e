package io.millrace.trainer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** Bytes that were written once, as {@code docs/upgrades.md} asks; never to be changed. */
public final class TrainerGolden {
  private TrainerGolden() {}

  public static byte[] read(String file) {
    String resource = "/golden/" + file;
    try (InputStream in =
        Objects.requireNonNull(TrainerGolden.class.getResourceAsStream(resource), resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
