package io.millrace.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The places of the deployed files, relative to this module. */
final class Repository {
  static final Path DEPLOY = Path.of("..").toAbsolutePath().normalize();
  static final Path ROOT = DEPLOY.resolve("..").normalize();

  private Repository() {}

  /** All files below a directory of {@code deploy} with this suffix, in order of name. */
  static List<Path> files(String directory, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(DEPLOY.resolve(directory))) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }
}
