package io.millrace.eval.aggregation;

import io.millrace.eval.champion.ChampionKeeper;
import io.millrace.eval.champion.ChampionPlace;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.StreamsApplication;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.time.Clock;
import io.millrace.schemas.topics.StartChecks;
import java.util.HashMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;

/**
 * One running instance of aggregation. Of several instances, one is active and the others are
 * standbys. Thread-safe.
 */
public final class Aggregation implements AutoCloseable {
  private final StreamsApplication application;
  private final ChampionKeeper champion;

  private Aggregation(StreamsApplication application, ChampionKeeper champion) {
    this.application = application;
    this.champion = champion;
  }

  /**
   * Checks the topics, then starts.
   *
   * @throws io.millrace.schemas.topics.TopicsException if the pipeline's own topics, or that of the
   *     samples, cannot be used
   */
  public static Aggregation start(
      LoadedPipeline pipeline, CheckpointStore store, Meters meters, Readiness readiness) {
    PipelineConfig config = pipeline.config();
    Readiness.Condition running = readiness.require("aggregation", "starting");
    int partitions = check(config);
    StreamsApplication application =
        new StreamsApplication(
            "aggregation",
            AggregationTopology.of(config, partitions, new AggregationMeters(meters.registry())),
            AggregationSettings.of(config),
            meters,
            running);
    try {
      ChampionKeeper champion =
          new ChampionKeeper(
              config, new ChampionPlace(store), meters.registry(), readiness, Clock.SYSTEM);
      application.start();
      champion.start();
      return new Aggregation(application, champion);
    } catch (RuntimeException | Error e) {
      application.close();
      throw e;
    }
  }

  /** The number of partitions of the samples' topic. */
  private static int check(PipelineConfig config) {
    try (Admin admin = Admin.create(new HashMap<String, Object>(config.kafka()))) {
      StartChecks.requireTopics(admin, config);
      return StartChecks.requireSamples(admin, config).partitions().size();
    }
  }

  /** Completes when this instance is closed; fails with the reason if it stopped by itself. */
  public CompletableFuture<Void> end() {
    return application.end();
  }

  /** Commits the work in progress and leaves the group. Closing again does nothing. */
  @Override
  public void close() {
    champion.close();
    application.close();
  }
}
