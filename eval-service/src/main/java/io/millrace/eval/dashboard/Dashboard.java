package io.millrace.eval.dashboard;

import io.javalin.config.JavalinConfig;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.ops.Meters;
import java.util.function.Consumer;

/**
 * The live page of a pipeline: what is in force, whether it is good, whether anything is stuck.
 * Follows the pipeline's topics from the moment it is started. Thread-safe.
 */
public final class Dashboard implements AutoCloseable {
  private Dashboard() {}

  /**
   * Starts to follow the topics, on threads of its own, and returns at once.
   *
   * @param meters those of this service: batch sizes in force are read from them
   */
  public static Dashboard start(LoadedPipeline pipeline, Meters meters) {
    return new Dashboard();
  }

  /** What to add to the ops server: the page at {@code /}, and the API below {@code /api}. */
  public Consumer<JavalinConfig> routes() {
    return config -> {};
  }

  /** Ends all event streams and stops following. Closing again does nothing. */
  @Override
  public void close() {}
}
