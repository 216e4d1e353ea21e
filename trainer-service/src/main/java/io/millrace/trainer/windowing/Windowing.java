package io.millrace.trainer.windowing;

import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import io.millrace.schemas.topics.Transactions;
import io.millrace.trainer.deadletters.DeadLetters;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running instance of windowing. As many may run as the samples' topic has partitions.
 * Thread-safe.
 */
public final class Windowing implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Windowing.class);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(4);

  private final PipelineConfig config;
  private final KafkaStreams streams;
  private final AutoCloseable boundMeters;
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  private Windowing(PipelineConfig config, KafkaStreams streams, AutoCloseable boundMeters) {
    this.config = config;
    this.streams = streams;
    this.boundMeters = boundMeters;
  }

  /**
   * Checks the topics, then starts.
   *
   * @throws SourceException if the samples cannot be read on, or a full batch would not fit
   * @throws io.millrace.schemas.topics.TopicsException if the pipeline's own topics are not fit
   */
  public static Windowing start(PipelineConfig config, Meters meters, Readiness readiness) {
    Readiness.Condition running = readiness.require("windowing", "starting");
    SamplesFound source = check(config);
    WindowingMeters own = new WindowingMeters(meters.registry());
    KafkaStreams streams =
        new KafkaStreams(
            WindowingTopology.of(config, source.deadLetters(), own),
            WindowingSettings.of(config, source.partitions()));
    try {
      own.watchLag(streams::metrics, config.samples().topic());
      Windowing windowing =
          new Windowing(config, streams, meters.bindKafka(new KafkaStreamsMetrics(streams)));
      streams.setUncaughtExceptionHandler(windowing::onFailure);
      streams.setStateListener((now, before) -> windowing.onState(now, running));
      streams.start();
      return windowing;
    } catch (RuntimeException | Error e) {
      streams.close(CLOSE_WITHIN);
      throw e;
    }
  }

  /** What the topics say. */
  private record SamplesFound(int partitions, DeadLetters deadLetters) {}

  private static SamplesFound check(PipelineConfig config) {
    try (Admin admin = Admin.create(new HashMap<String, Object>(config.kafka()))) {
      Topics.check(admin, TopicPlan.of(config))
          .forEach(
              difference ->
                  log.atWarn().addKeyValue("difference", difference).log("topic differs"));
      SampleSource source = new SampleSource(admin, config);
      TopicDescription samples = source.describe();
      TopicNames topics = new TopicNames(config.pipeline());
      WindowingSettings.requireBatchFits(config, maxMessageBytes(admin, topics.trainLog()));
      int letterBytes =
          WindowingSettings.letterBytes(config, maxMessageBytes(admin, topics.deadLetters()));
      source.prepare(samples);
      return new SamplesFound(
          samples.partitions().size(), new DeadLetters(samples.topicId().toString(), letterBytes));
    }
  }

  private static long maxMessageBytes(Admin admin, String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      return Long.parseLong(
          admin
              .describeConfigs(List.of(resource))
              .all()
              .get()
              .values()
              .iterator()
              .next()
              .get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
              .value());
    } catch (ExecutionException e) {
      throw new SourceException(
          "settings of topic " + topic + " could not be read: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SourceException("interrupted while waiting for Kafka");
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
          .log("a transaction was lost; windowing goes on from the committed offsets");
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    RuntimeException why = explain(failure);
    log.atError().setCause(why).log("windowing stopped");
    end.completeExceptionally(why);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  /** Losses and added partitions are told as what they are, not as what Streams makes of them. */
  private RuntimeException explain(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SourceException known) {
        return known;
      }
      if (cause instanceof TimeoutException) {
        return failed(failure);
      }
    }
    try (Admin admin = Admin.create(new HashMap<String, Object>(config.kafka()))) {
      SampleSource source = new SampleSource(admin, config);
      source.prepare(source.describe());
      return failed(failure);
    } catch (SourceException e) {
      return e;
    } catch (KafkaException e) {
      return failed(failure);
    }
  }

  private static RuntimeException failed(Throwable failure) {
    return new IllegalStateException("windowing failed: " + failure.getMessage(), failure);
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
    try {
      boundMeters.close();
    } catch (Exception e) {
      log.atWarn().setCause(e).log("meters could not be unbound");
    }
    streams.close(new KafkaStreams.CloseOptions().leaveGroup(true).timeout(CLOSE_WITHIN));
    end.complete(null);
  }
}
