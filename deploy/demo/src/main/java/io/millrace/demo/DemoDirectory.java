package io.millrace.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directory of a run's broker logs and checkpoints.
 *
 * @param temporary whether it is deleted at the end of the run
 */
record DemoDirectory(Path path, boolean temporary) implements AutoCloseable {
  static DemoDirectory open(Optional<Path> kept) throws IOException {
    return kept.isPresent()
        ? new DemoDirectory(Files.createDirectories(kept.get()).toAbsolutePath(), false)
        : new DemoDirectory(Files.createTempDirectory("millrace-demo-"), true);
  }

  Path broker() {
    return path.resolve("broker");
  }

  @Override
  public void close() throws IOException {
    if (!temporary) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
