package io.millrace.schemas.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The secret that clients must send: as {@code Authorization: Bearer TOKEN}, or, for browsers, as
 * the password of basic authentication with any user name.
 */
final class Token {
  private static final String BEARER = "Bearer ";
  private static final String BASIC = "Basic ";

  private final byte[] secret;

  private Token(byte[] secret) {
    this.secret = secret;
  }

  static Token load(Path file) {
    String secret;
    try {
      secret = Files.readString(file).strip();
    } catch (IOException e) {
      throw new OpsException(
          "ops.token_file %s cannot be read: %s; name a file with the token".formatted(file, e), e);
    }
    if (secret.isEmpty()) {
      throw new OpsException(
          "ops.token_file %s is empty, expected a token; write one, for example with: openssl rand -hex 32"
              .formatted(file),
          new IllegalArgumentException("empty token"));
    }
    return new Token(secret.getBytes(UTF_8));
  }

  /**
   * @param authorization the value of the request's header
   */
  boolean isIn(@Nullable String authorization) {
    if (authorization == null) {
      return false;
    }
    if (authorization.startsWith(BEARER)) {
      return isEqual(authorization.substring(BEARER.length()).strip());
    }
    return authorization.startsWith(BASIC) && isEqual(toPassword(authorization));
  }

  private boolean isEqual(String candidate) {
    return MessageDigest.isEqual(secret, candidate.getBytes(UTF_8));
  }

  private static String toPassword(String basic) {
    try {
      var decoded =
          new String(Base64.getDecoder().decode(basic.substring(BASIC.length()).strip()), UTF_8);
      return decoded.substring(decoded.indexOf(':') + 1);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
