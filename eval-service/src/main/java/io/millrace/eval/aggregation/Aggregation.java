package io.millrace.eval.aggregation;

import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.millrace.eval.champion.ChampionKeeper;
import io.millrace.eval.champion.ChampionPlace;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import io.millrace.schemas.topics.TopicsException;
import io.millrace.schemas.topics.Transactions;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running instance of aggregation. Of several, one works and the others stand by. Thread-safe.
 */
public final class Aggregation implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Aggregation.class);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(3);

  private final KafkaStreams streams;
  private final AutoCloseable boundMeters;
  private final ChampionKeeper champion;
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  private Aggregation(KafkaStreams streams, AutoCloseable boundMeters, ChampionKeeper champion) {
    this.streams = streams;
    this.boundMeters = boundMeters;
    this.champion = champion;
  }

  /**
   * Checks the topics, then starts.
   *
   * @throws TopicsException if the pipeline's own topics, or the samples' one, are not fit
   */
  public static Aggregation start(
      LoadedPipeline pipeline, CheckpointStore store, Meters meters, Readiness readiness) {
    PipelineConfig config = pipeline.config();
    Readiness.Condition running = readiness.require("aggregation", "starting");
    int partitions = check(config);
    KafkaStreams streams =
        new KafkaStreams(
            AggregationTopology.of(config, partitions, new AggregationMeters(meters.registry())),
            AggregationSettings.of(config));
    try {
      ChampionKeeper champion =
          new ChampionKeeper(
              config, new ChampionPlace(store), meters.registry(), readiness, Clock.systemUTC());
      Aggregation aggregation =
          new Aggregation(streams, meters.bindKafka(new KafkaStreamsMetrics(streams)), champion);
      streams.setUncaughtExceptionHandler(aggregation::onFailure);
      streams.setStateListener((now, before) -> aggregation.onState(now, running));
      streams.start();
      champion.start();
      return aggregation;
    } catch (RuntimeException | Error e) {
      streams.close(CLOSE_WITHIN);
      throw e;
    }
  }

  /** How many partitions the samples have. */
  private static int check(PipelineConfig config) {
    String samples = config.samples().topic();
    try (Admin admin = Admin.create(new HashMap<String, Object>(config.kafka()))) {
      Topics.check(admin, TopicPlan.of(config))
          .forEach(
              difference ->
                  log.atWarn().addKeyValue("difference", difference).log("topic differs"));
      return admin
          .describeTopics(List.of(samples))
          .allTopicNames()
          .get()
          .values()
          .iterator()
          .next()
          .partitions()
          .size();
    } catch (ExecutionException e) {
      throw TopicsException.notDescribed(samples, Objects.requireNonNullElse(e.getCause(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TopicsException("interrupted while waiting for Kafka", e);
    }
  }

  /** Completes when this instance was closed; fails with why it stopped by itself. */
  public CompletableFuture<Void> end() {
    return end;
  }

  private StreamThreadExceptionResponse onFailure(Throwable failure) {
    if (Transactions.isEnded(failure)) {
      log.atWarn()
          .addKeyValue("reason", failure.getMessage())
          .log("a transaction was lost; aggregation goes on from the committed offsets");
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    log.atError().setCause(failure).log("aggregation stopped");
    end.completeExceptionally(
        new IllegalStateException("aggregation failed: " + failure.getMessage(), failure));
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private void onState(State now, Readiness.Condition running) {
    if (now == State.RUNNING) {
      running.met();
    } else {
      running.unmet("Kafka Streams is " + now);
    }
    if (now == State.ERROR) {
      end.completeExceptionally(new IllegalStateException("Kafka Streams is in error"));
    }
  }

  /** Commits what is in flight and leaves the group. Closing again does nothing. */
  @Override
  public void close() {
    champion.close();
    try {
      boundMeters.close();
    } catch (Exception e) {
      log.atWarn().setCause(e).log("meters could not be unbound");
    }
    streams.close(new KafkaStreams.CloseOptions().leaveGroup(true).timeout(CLOSE_WITHIN));
    end.complete(null);
  }
}
