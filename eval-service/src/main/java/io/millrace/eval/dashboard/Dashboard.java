package io.millrace.eval.dashboard;

import io.javalin.config.JavalinConfig;
import io.micrometer.core.instrument.Gauge;
import io.millrace.eval.dashboard.live.LiveModel;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.time.Clock;
import java.util.function.Consumer;

/**
 * The live page of a pipeline: which checkpoint is in force, how good the model is, and whether any
 * stage is stuck. Follows the pipeline's topics. Thread-safe.
 */
public final class Dashboard implements AutoCloseable {
  private final PipelineConfig config;
  private final Clock clock;
  private final LiveModel model;
  private final PageListeners listeners;
  private final PageFollower follower;

  private Dashboard(PipelineConfig config, Meters meters, Clock clock) {
    this.config = config;
    this.clock = clock;
    this.model = new LiveModel(config, meters.registry(), clock);
    this.listeners = new PageListeners(model, config.label().task(), clock);
    this.follower = new PageFollower(config, model, clock);
    Gauge.builder("millrace.page.listeners", listeners, PageListeners::count)
        .register(meters.registry());
  }

  /**
   * Starts to follow the topics, on threads of its own, and returns at once. Failures of Kafka are
   * shown on the page and retried.
   *
   * @param meters of this service, from which batch sizes in use and drift are read
   */
  public static Dashboard start(LoadedPipeline pipeline, Meters meters) {
    Dashboard dashboard = new Dashboard(pipeline.config(), meters, Clock.SYSTEM);
    dashboard.follower.start();
    return dashboard;
  }

  /** The routes to add to the ops server: the page at {@code /}, and the API below {@code /api}. */
  public Consumer<JavalinConfig> routes() {
    return routes -> {
      new DashboardApi(model, listeners, config.label().task(), clock).addTo(routes);
      PageAssets.addTo(routes);
    };
  }

  /** Ends all event streams and stops following. Closing again does nothing. */
  @Override
  public void close() {
    listeners.close();
    follower.close();
  }
}
