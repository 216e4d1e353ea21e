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
 * One run of the demo: a broker, both services, flights, and what came of them. Run by one thread,
 * closed by any, at any moment.
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
   * @param progress is told where the run stands, several times a second
   */
  public Demo(DemoSettings settings, Consumer<RunStatus> progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * Runs to the end of the flights and returns when all stages have dealt with them. What was
   * started goes on until closed.
   *
   * @param up is told the page's address once the page is there
   * @throws CancellationException if closed meanwhile
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
      return replay(config, observed, flights);
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

  private Summary replay(PipelineConfig config, ObservedTopics observed, Flights flights)
      throws Exception {
    ResumedTopic topic = ResumedTopic.read(config.kafka(), config.samples().topic());
    long before = topic.size();
    RecordSender.Pace pace =
        settings.rate().isPresent()
            ? RecordSender.Pace.fixed(settings.rate().getAsDouble())
            : RecordSender.Pace.keepingUp(() -> slowest(observed) - before, settings.behind());
    FlightRecords feed = new FlightRecords(flights, settings.limit());
    long startMs = System.currentTimeMillis();
    RecordSender replay = parts.start(() -> RecordSender.start(config.kafka(), topic, feed, pace));
    while (!replay.end().isDone()) {
      look(config, observed, before + replay.sent());
    }
    replay.end().join();
    parts.requireOpen();
    try (LedgerReader reader = new LedgerReader(config)) {
      long step = DemoPipeline.frozenStep(config, settings.frozenAfter());
      SummaryCalculation reckoning =
          new SummaryCalculation(config, reader.ledger(), observed, step, settings.frozenAfter());
      awaitDone(reader, reckoning, () -> look(config, observed, before + replay.sent()));
      double seconds = (observed.lastMs() - startMs) / 1000.0;
      return reckoning.summary(replay.sent() == 0 ? 0 : replay.sent() / seconds);
    }
  }

  /** How many records every stage has dealt with. */
  private static long slowest(ObservedTopics observed) {
    return Math.min(observed.lineageRecords(), observed.evaluated());
  }

  /** Until every record is accounted for, or no stage has moved for long. */
  private void awaitDone(LedgerReader reader, SummaryCalculation reckoning, StatusReader look)
      throws Exception {
    long movedNanos = System.nanoTime();
    List<String> before = List.of();
    while (true) {
      look.look();
      reader.readOn();
      List<String> mismatches = reckoning.mismatches();
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
            "no checkpoint was announced within %s; what the services logged says why"
                .formatted(PATIENCE));
      }
    }
  }

  /** Waits a moment, in which nothing may fail, and tells where all stands. */
  private void look(PipelineConfig config, ObservedTopics observed, long produced)
      throws Exception {
    parts.requireOpen();
    try {
      failure.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException allIsWell) {
      progress.accept(RunStatus.of(observed, config.label(), produced));
    }
  }

  /** Ends all that was started, within seconds. Closing again does nothing. */
  @Override
  public void close() {
    failure.completeExceptionally(new CancellationException("ended before it was done"));
    parts.close();
  }

  private interface StatusReader {
    void look() throws Exception;
  }
}
