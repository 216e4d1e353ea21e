package io.millrace.schemas.kafka;

import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one Kafka Streams application in this process: started once, ready while it runs, and
 * ended by {@link #close} or by a failure. Thread-safe, except for {@link #start}, which is called
 * once.
 *
 * <pre>
 *   new -> start -> RUNNING &lt;-> rebalancing -> closed  (end completes)
 *                      |
 *                      +-> transaction lost: the thread is replaced, and continues from the committed offsets
 *                      +-> any other failure: stopped (end completes exceptionally)
 * </pre>
 */
public final class StreamsApplication implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StreamsApplication.class);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(4);

  private final String name;
  private final Readiness.Condition running;
  private final Function<Throwable, RuntimeException> explain;
  private final KafkaStreams streams;
  private final AutoCloseable boundMeters;
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  /**
   * @param name the application's name for messages, for example {@code windowing}
   * @param properties from {@link StreamsProperties}
   * @param running is met while the application runs, and unmet with the reason when it stops
   * @param explain the exception of {@link #end} for a failure; called on a thread of Kafka
   *     Streams, may block and must not throw
   */
  public StreamsApplication(
      String name,
      Topology topology,
      Properties properties,
      Meters meters,
      Readiness.Condition running,
      Function<Throwable, RuntimeException> explain) {
    this.name = name;
    this.running = running;
    this.explain = explain;
    this.streams = new KafkaStreams(topology, properties);
    try {
      this.boundMeters = meters.bindKafka(new KafkaStreamsMetrics(streams));
    } catch (RuntimeException | Error e) {
      streams.close(CLOSE_WITHIN);
      throw e;
    }
    streams.setUncaughtExceptionHandler(this::onFailure);
    streams.setStateListener((now, before) -> onState(now));
  }

  /** As above. A failure ends it with an exception that names the application and the failure. */
  public StreamsApplication(
      String name,
      Topology topology,
      Properties properties,
      Meters meters,
      Readiness.Condition running) {
    this(name, topology, properties, meters, running, failure -> failed(name, failure));
  }

  /** Starts, and returns before the application runs. If starting fails, nothing stays open. */
  public void start() {
    try {
      streams.start();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Kafka's own metrics of the application, with their current values. */
  public Map<MetricName, ? extends Metric> metrics() {
    return streams.metrics();
  }

  /**
   * Completes when closed; completes exceptionally, with the reason, if the application stopped by
   * itself.
   */
  public CompletableFuture<Void> end() {
    return end;
  }

  /** The failure of an application, with a message that names it. */
  public static RuntimeException failed(String name, Throwable failure) {
    return new IllegalStateException(name + " failed: " + failure.getMessage(), failure);
  }

  private StreamThreadExceptionResponse onFailure(Throwable failure) {
    if (Transactions.isEnded(failure)) {
      log.atWarn()
          .addKeyValue("application", name)
          .addKeyValue("reason", failure.getMessage())
          .log("a transaction was lost; the application continues from the committed offsets");
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    RuntimeException why = explain.apply(failure);
    log.atError().setCause(why).addKeyValue("application", name).log("the application stopped");
    end.completeExceptionally(why);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private void onState(State now) {
    if (now == State.RUNNING) {
      running.met();
    } else {
      running.unmet("Kafka Streams is " + now);
    }
    if (now == State.ERROR) {
      end.completeExceptionally(new IllegalStateException("Kafka Streams is in error"));
    }
  }

  /**
   * Commits the work in progress and leaves the group, within seconds. Closing again does nothing.
   */
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
