package io.millrace.trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A service in a separate process, which can be killed. */
public final class ChildProcess {
  private ChildProcess() {}

  /**
   * @param main takes the pipeline as its argument
   * @param log the file to which the output of the process is appended
   */
  public static Process start(Class<?> main, Path pipeline, Path log) throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                pipeline.toString()))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /** The output of the processes, for the message of a failing assertion. */
  public static String printed(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
