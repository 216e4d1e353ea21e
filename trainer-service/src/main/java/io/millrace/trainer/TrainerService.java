package io.millrace.trainer;

import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.OpsConfig;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.OpsServer;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.store.CheckpointStores;
import io.millrace.trainer.leading.TrainerLoop;
import io.millrace.trainer.windowing.Windowing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The whole trainer, or one of its halves. Thread-safe. */
public final class TrainerService implements AutoCloseable {
  /** The halves, each of which can run as a process of its own. */
  public enum Half {
    WINDOWING,
    TRAINING
  }

  private final List<AutoCloseable> components = new ArrayList<>();
  private final List<CompletableFuture<Void>> completions = new ArrayList<>();
  private final OpsServer ops;

  private TrainerService(LoadedPipeline pipeline, Set<Half> halves) {
    Meters meters = new Meters();
    Readiness readiness = new Readiness();
    components.add(meters);
    try {
      if (halves.contains(Half.WINDOWING)) {
        Windowing windowing = Windowing.start(pipeline.config(), meters, readiness);
        components.add(windowing);
        completions.add(windowing.end());
      }
      if (halves.contains(Half.TRAINING)) {
        CheckpointStore store = CheckpointStores.open(pipeline);
        components.add(store);
        store.requireWritable();
        TrainerLoop loop = TrainerLoop.start(pipeline, store, meters, readiness);
        components.add(loop);
        completions.add(loop.end());
      }
      OpsConfig config = pipeline.config().ops();
      var server =
          OpsServer.builder(meters, readiness).host(config.host()).port(config.trainerPort());
      this.ops = token(server, config).start();
      components.add(ops);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private static OpsServer.Builder token(OpsServer.Builder server, OpsConfig config) {
    return config.tokenFile() == null ? server : server.tokenFile(Path.of(config.tokenFile()));
  }

  /**
   * Starts the halves and returns.
   *
   * @throws RuntimeException if the topics, samples or model cannot be used; the message names the
   *     problem and the remedy
   */
  public static TrainerService start(LoadedPipeline pipeline, Set<Half> halves) {
    return new TrainerService(pipeline, halves);
  }

  /** The address of metrics and health, e.g. {@code http://127.0.0.1:9401}. */
  public String url() {
    return ops.url();
  }

  /**
   * Completes when one half has ended, as training does after {@code max_steps}; completes
   * exceptionally if one has failed.
   */
  public CompletableFuture<Void> end() {
    return CompletableFuture.anyOf(completions.toArray(CompletableFuture[]::new))
        .thenApply(done -> null);
  }

  /**
   * Stops everything, in reverse order of start. Stored state stays consistent. Closing again does
   * nothing.
   */
  @Override
  public synchronized void close() {
    Collections.reverse(components);
    for (AutoCloseable component : components) {
      try {
        component.close();
      } catch (Exception e) {
        org.slf4j.LoggerFactory.getLogger(TrainerService.class)
            .atWarn()
            .setCause(e)
            .log("a component could not be closed");
      }
    }
    components.clear();
  }
}
