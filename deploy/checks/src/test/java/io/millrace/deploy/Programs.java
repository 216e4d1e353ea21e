package io.millrace.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;

/** Programs of Debian packages; without one, a test is skipped with a message that names it. */
final class Programs {
  private Programs() {}

  static void require(String program, String debianPackage) {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    boolean found =
        Arrays.stream(path.split(":", -1))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    Assumptions.assumeTrue(found, "needs Debian's package " + debianPackage);
  }

  /** What it printed, on both channels, and how it ended. */
  record Outcome(int exit, String output) {}

  static Outcome run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Outcome(process.waitFor(), output);
  }
}
