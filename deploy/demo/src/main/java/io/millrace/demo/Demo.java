package io.millrace.demo;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.records.RecordSender;
import io.millrace.records.ResumedTopic;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;

/**
 * One run of the demo: starts a broker and both services, sends flights, and computes the summary.
 * One thread calls {@link #run}; any thread may close at any time.
 */
public final class Demo implements AutoCloseable {
  private static final int PARTITIONS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(250);

  private final DemoSettings settings;
  private final Consumer<RunStatus> progress;
  private final RunningParts parts = new RunningParts();
  private final CompletableFuture<Void> failure = new CompletableFuture<>();

  /**
   * @param progress receives the status of the run several times a second
   */
  public Demo(DemoSettings settings, Consumer<RunStatus> progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * Runs to the end of the flights, and returns when all stages have processed them. The services
   * keep running until {@link #close}.
   *
   * @param up receives the address of the live page as soon as it is served
   * @throws CancellationException if closed before the end
   */
  public Summary run(Consumer<String> up) throws Exception {
    DemoDirectory data = parts.start(() -> DemoDirectory.open(settings.data()));
    EmbeddedBroker broker =
        parts.start(() -> EmbeddedBroker.builder().directory(data.broker()).start());
    LoadedPipeline pipeline =
        DemoPipeline.at(
            data.path(), broker.bootstrapServers(), settings.frozenAfter(), settings.sets());
    PipelineConfig config = pipeline.config();
    createTopics(config);
    Observer observer =
        parts.start(
            () ->
                Observer.start(
                    config.kafka(), new TopicNames(config.pipeline()), Clock.systemUTC()));
    DemoServices services = parts.start(() -> DemoServices.start(pipeline));
    up.accept(services.page());
    services.ends().forEach(this::watch);
    watch(observer.end());
    ObservedTopics observed = observer.observed();
    awaitFirstCheckpoint(config, observed);
    try (Flights flights = flights()) {
      return produce(config, observed, flights);
    }
  }

  private void watch(CompletableFuture<Void> end) {
    end.whenComplete(
        (done, why) -> {
          if (why != null) {
            failure.completeExceptionally(why);
          }
        });
  }

  private void createTopics(PipelineConfig config) {
    try (Admin admin = Admin.create(new HashMap<String, Object>(config.kafka()))) {
      ResumedTopic.create(admin, config.samples().topic(), PARTITIONS, 1);
      Topics.create(admin, TopicPlan.of(config));
    }
  }

  private Flights flights() {
    return settings.flights().map(Flights::of).orElseGet(Flights::ofJanuary2001);
  }

  private Summary produce(PipelineConfig config, ObservedTopics observed, Flights flights)
      throws Exception {
    ResumedTopic topic = ResumedTopic.read(config.kafka(), config.samples().topic());
    long before = topic.size();
    RecordSender.Pace pace =
        settings.rate().isPresent()
            ? RecordSender.Pace.fixed(settings.rate().getAsDouble())
            : RecordSender.Pace.keepingUp(() -> slowest(observed) - before, settings.behind());
    FlightRecords feed = new FlightRecords(flights, settings.limit());
    long startMs = System.currentTimeMillis();
    RecordSender sender = parts.start(() -> RecordSender.start(config.kafka(), topic, feed, pace));
    while (!sender.end().isDone()) {
      look(config, observed, before + sender.sent());
    }
    sender.end().join();
    parts.requireOpen();
    try (LedgerReader reader = new LedgerReader(config)) {
      long step = DemoPipeline.frozenStep(config, settings.frozenAfter());
      SummaryCalculation calculation =
          new SummaryCalculation(config, reader.ledger(), observed, step, settings.frozenAfter());
      awaitDone(reader, calculation, () -> look(config, observed, before + sender.sent()));
      double seconds = (observed.lastMs() - startMs) / 1000.0;
      return calculation.summary(sender.sent() == 0 ? 0 : sender.sent() / seconds);
    }
  }

  /** How many records every stage has processed. */
  private static long slowest(ObservedTopics observed) {
    return Math.min(observed.lineageRecords(), observed.evaluated());
  }

  /**
   * Waits until every record is accounted for, or until no stage has advanced for {@link
   * #PATIENCE}.
   */
  private void awaitDone(LedgerReader reader, SummaryCalculation calculation, StatusReader look)
      throws Exception {
    long movedNanos = System.nanoTime();
    List<String> before = List.of();
    while (true) {
      look.look();
      reader.readOn();
      List<String> mismatches = calculation.mismatches();
      if (mismatches.isEmpty() || System.nanoTime() - movedNanos > PATIENCE.toNanos()) {
        return;
      }
      movedNanos = mismatches.equals(before) ? movedNanos : System.nanoTime();
      before = mismatches;
    }
  }

  private void awaitFirstCheckpoint(PipelineConfig config, ObservedTopics observed)
      throws Exception {
    long startNanos = System.nanoTime();
    while (observed.newest().isEmpty()) {
      look(config, observed, 0);
      if (System.nanoTime() - startNanos > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            "no checkpoint was announced within %s; see the log of the services for the reason"
                .formatted(PATIENCE));
      }
    }
  }

  /** Waits briefly, throws if a part has failed by then, and reports the status of the run. */
  private void look(PipelineConfig config, ObservedTopics observed, long produced)
      throws Exception {
    parts.requireOpen();
    try {
      failure.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException noFailure) {
      progress.accept(RunStatus.of(observed, config.label(), produced));
    }
  }

  /** Stops everything that was started, within seconds. Closing again does nothing. */
  @Override
  public void close() {
    failure.completeExceptionally(new CancellationException("closed before the end of the run"));
    parts.close();
  }

  private interface StatusReader {
    void look() throws Exception;
  }
}
