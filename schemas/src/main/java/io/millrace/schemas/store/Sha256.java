package io.millrace.schemas.store;

import com.google.protobuf.ByteString;
import io.millrace.schemas.proto.StoredFile;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Describes files by size and SHA-256, and checks bytes against such a description. */
final class Sha256 {
  private Sha256() {}

  static StoredFile describe(String path, byte[] bytes) {
    return StoredFile.newBuilder()
        .setPath(path)
        .setSizeBytes(bytes.length)
        .setSha256(ByteString.copyFrom(digest(bytes)))
        .build();
  }

  /** Returns the bytes, if they match the announced description. */
  static byte[] requireMatch(StoredFile file, byte[] bytes) {
    if (bytes.length != file.getSizeBytes()) {
      throw CorruptFileException.ofSize(file, bytes.length);
    }
    byte[] found = digest(bytes);
    if (!MessageDigest.isEqual(found, file.getSha256().toByteArray())) {
      throw new CorruptFileException(
          file.getPath()
              + " has SHA-256 "
              + hex(found)
              + ", but announced is "
              + hex(file.getSha256().toByteArray()));
    }
    return bytes;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] digest(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
