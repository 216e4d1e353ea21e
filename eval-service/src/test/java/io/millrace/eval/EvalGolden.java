package io.millrace.eval;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** What was written once, as {@code docs/upgrades.md} asks; never to be changed. */
public final class EvalGolden {
  private EvalGolden() {}

  public static byte[] read(String file) {
    String resource = "/golden/" + file;
    try (InputStream in =
        Objects.requireNonNull(EvalGolden.class.getResourceAsStream(resource), resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String text(String file) {
    return new String(read(file), UTF_8);
  }
}
