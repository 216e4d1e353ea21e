package io.millrace.tune;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;

/** Replaces the content of a file atomically: a reader sees either the old text or the new one. */
final class FileReplacement {
  private FileReplacement() {}

  /** Keeps the file's permissions. If the file is a symbolic link, its target is replaced. */
  static void replace(Path file, String text) throws IOException {
    Path real = file.toRealPath();
    Path draft = Files.createTempFile(real.getParent(), ".millrace-", ".yaml");
    try {
      try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      if (Files.getFileAttributeView(real, PosixFileAttributeView.class) != null) {
        Files.setPosixFilePermissions(draft, Files.getPosixFilePermissions(real));
      }
      Files.move(draft, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}
