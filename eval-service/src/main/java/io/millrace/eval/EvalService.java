package io.millrace.eval;

import io.millrace.eval.aggregation.Aggregation;
import io.millrace.eval.dashboard.Dashboard;
import io.millrace.eval.scoring.Scoring;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.OpsConfig;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.OpsServer;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.store.CheckpointStores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.LoggerFactory;

/** The eval-service: scoring, aggregation, and the live page in one process. Thread-safe. */
public final class EvalService implements AutoCloseable {
  private final List<AutoCloseable> parts = new ArrayList<>();
  private final List<CompletableFuture<Void>> ends = new ArrayList<>();
  private final OpsServer ops;

  private EvalService(LoadedPipeline pipeline) {
    Meters meters = new Meters();
    Readiness readiness = new Readiness();
    parts.add(meters);
    try {
      CheckpointStore store = CheckpointStores.open(pipeline);
      parts.add(store);
      store.requireWritable();
      Aggregation aggregation = Aggregation.start(pipeline, store, meters, readiness);
      parts.add(aggregation);
      ends.add(aggregation.end());
      Scoring scoring = Scoring.start(pipeline, store, meters, readiness);
      parts.add(scoring);
      ends.add(scoring.end());
      Dashboard dashboard = Dashboard.start(pipeline, meters);
      parts.add(dashboard);
      OpsConfig config = pipeline.config().ops();
      this.ops =
          OpsServer.builder(meters, readiness)
              .host(config.host())
              .port(config.evalPort())
              .tokenFile(config.tokenFile() == null ? null : Path.of(config.tokenFile()))
              .add(dashboard.routes())
              .start();
      parts.add(ops);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Starts all parts and returns.
   *
   * @throws RuntimeException if the topics, the store or the port cannot be used; the message names
   *     the cause and the remedy
   */
  public static EvalService start(LoadedPipeline pipeline) {
    return new EvalService(pipeline);
  }

  /** The address of metrics, health and the live page, e.g. {@code http://127.0.0.1:9402}. */
  public String url() {
    return ops.url();
  }

  /** Completes when all parts have ended; fails as soon as one has failed. */
  public CompletableFuture<Void> end() {
    CompletableFuture<Void> all = CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
    for (CompletableFuture<Void> end : ends) {
      var unused =
          end.whenComplete(
              (done, failure) -> {
                if (failure != null) {
                  all.completeExceptionally(failure);
                }
              });
    }
    return all;
  }

  /**
   * Ends all parts in reverse order of their start; no committed state is lost. Closing again does
   * nothing.
   */
  @Override
  public synchronized void close() {
    Collections.reverse(parts);
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        LoggerFactory.getLogger(EvalService.class)
            .atWarn()
            .setCause(e)
            .log("a component could not be closed");
      }
    }
    parts.clear();
  }
}
