package io.millrace.trainer.windowing;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.Answers;
import io.millrace.schemas.kafka.StreamsApplication;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.topics.StartChecks;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.trainer.deadletters.DeadLetters;
import java.util.HashMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * One running instance of windowing. There may be one instance per partition of the samples' topic.
 * Thread-safe.
 */
public final class Windowing implements AutoCloseable {
  private static final String NAME = "windowing";

  private final StreamsApplication application;

  private Windowing(StreamsApplication application) {
    this.application = application;
  }

  /**
   * Checks the topics, then starts.
   *
   * @throws SourceException if the samples cannot be read from the group's position, or a full
   *     batch would not fit
   * @throws io.millrace.schemas.topics.TopicsException if the pipeline's own topics cannot be used
   */
  public static Windowing start(PipelineConfig config, Meters meters, Readiness readiness) {
    Readiness.Condition running = readiness.require("windowing", "starting");
    CheckedTopics topics = check(config);
    WindowingMeters own = new WindowingMeters(meters.registry());
    StreamsApplication application =
        new StreamsApplication(
            NAME,
            WindowingTopology.of(config, topics.deadLetters(), own),
            WindowingSettings.of(config, topics.partitions()),
            meters,
            running,
            failure -> explain(config, failure));
    try {
      own.watchLag(application::metrics, config.samples().topic());
      application.start();
      return new Windowing(application);
    } catch (RuntimeException | Error e) {
      application.close();
      throw e;
    }
  }

  /** The results of the topic checks. */
  private record CheckedTopics(int partitions, DeadLetters deadLetters) {}

  private static CheckedTopics check(PipelineConfig config) {
    try (Admin admin = Admin.create(new HashMap<String, Object>(config.kafka()))) {
      StartChecks.requireTopics(admin, config);
      SampleSource source = new SampleSource(admin, config);
      TopicDescription samples = source.describe();
      TopicNames topics = new TopicNames(config.pipeline());
      WindowingSettings.requireBatchFits(config, maxMessageBytes(admin, topics.trainLog()));
      int letterBytes =
          WindowingSettings.letterBytes(config, maxMessageBytes(admin, topics.deadLetters()));
      source.prepare(samples);
      return new CheckedTopics(
          samples.partitions().size(), new DeadLetters(samples.topicId().toString(), letterBytes));
    }
  }

  private static long maxMessageBytes(Admin admin, String topic) {
    return Answers.setting(admin, topic, TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
        .map(Long::parseLong)
        .orElseThrow(() -> new SourceException("topic " + topic + " has no max.message.bytes"));
  }

  /**
   * Completes when this instance was closed; completes exceptionally with the reason if it stopped
   * by itself.
   */
  public CompletableFuture<Void> end() {
    return application.end();
  }

  /** Losses and added partitions are reported as such, not as the failure that Streams sees. */
  private static RuntimeException explain(PipelineConfig config, Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SourceException known) {
        return known;
      }
      if (cause instanceof TimeoutException) {
        return StreamsApplication.failed(NAME, failure);
      }
    }
    try (Admin admin = Admin.create(new HashMap<String, Object>(config.kafka()))) {
      SampleSource source = new SampleSource(admin, config);
      source.prepare(source.describe());
      return StreamsApplication.failed(NAME, failure);
    } catch (SourceException e) {
      return e;
    } catch (KafkaException e) {
      return StreamsApplication.failed(NAME, failure);
    }
  }

  /** Commits the processed samples and leaves the group. Closing again does nothing. */
  @Override
  public void close() {
    application.close();
  }
}
