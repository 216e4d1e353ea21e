package io.millrace.eval.dashboard.live;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.TrainProgress;
import io.millrace.schemas.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The content of the page, computed from the records read so far, within {@link Bounds}.
 * Thread-safe: one thread adds records, any thread reads.
 */
public final class LiveModel {
  private final PipelineConfig config;
  private final Clock clock;
  private final String boot = UUID.randomUUID().toString().substring(0, 8);

  @GuardedBy("this")
  private final AllSeries series;

  @GuardedBy("this")
  private final RecentCheckpoints checkpoints = new RecentCheckpoints();

  @GuardedBy("this")
  private final DecisionList decisions = new DecisionList();

  @GuardedBy("this")
  private final DeadLetterCounts deadLetters = new DeadLetterCounts();

  @GuardedBy("this")
  private final ScoringLedger ledger = new ScoringLedger();

  @GuardedBy("this")
  private final Stages stages = new Stages();

  @GuardedBy("this")
  private final BoundedMap<CheckpointId, Boolean> evaluated =
      new BoundedMap<>(4 * Bounds.CHECKPOINTS);

  private final Latency freshness;
  private final Latency verdict;

  @GuardedBy("this")
  private final Freshness fresh;

  @GuardedBy("this")
  private final PinnedIds pinned;

  private final BatchSizes batches;
  private final DriftStatus drift;

  @GuardedBy("this")
  private long version;

  @GuardedBy("this")
  private boolean filling = true;

  @GuardedBy("this")
  private String trouble = "";

  public LiveModel(PipelineConfig config, MeterRegistry meters, Clock clock) {
    this.config = config;
    this.clock = clock;
    this.series = new AllSeries(config.label());
    this.freshness = new Latency(clock.epochMs());
    this.verdict = new Latency(clock.epochMs());
    this.fresh = new Freshness(freshness);
    this.pinned = new PinnedIds(config.evaluation().pinned());
    this.batches = new BatchSizes(config, meters);
    this.drift = new DriftStatus(meters);
    freshnessGauge("0.5", Latency.Quantiles::p50, meters);
    freshnessGauge("0.99", Latency.Quantiles::p99, meters);
  }

  /** Over the last ten minutes; NaN if nothing was measured. */
  private void freshnessGauge(
      String quantile, Function<Latency.Quantiles, @Nullable Long> value, MeterRegistry meters) {
    Gauge.builder("millrace.page.freshness", this, model -> model.freshSeconds(value))
        .description("From a record to the first evaluation of a checkpoint that trained on it")
        .baseUnit("seconds")
        .tag("quantile", quantile)
        .register(meters);
  }

  private synchronized double freshSeconds(Function<Latency.Quantiles, @Nullable Long> value) {
    Long ms = value.apply(freshness.view(clock.epochMs()).recent());
    return ms == null ? Double.NaN : ms / 1000.0;
  }

  public synchronized void onCheckpoint(
      CheckpointId id, @Nullable Checkpoint checkpoint, long announcedMs) {
    version++;
    if (checkpoint == null) {
      checkpoints.onDeleted(id, version);
    } else {
      checkpoints.onAnnounced(id, checkpoint, announcedMs, version);
      pinned.onAnnounced(checkpoint);
    }
  }

  public synchronized void onProgress(TrainProgress progress) {
    version++;
    stages.onProgress(progress);
  }

  public synchronized void onPromotion(Promotion promotion) {
    version++;
    decisions.on(promotion, version);
  }

  public synchronized void onDeadLetter(String key, @Nullable DeadLetter letter) {
    version++;
    if (letter == null) {
      deadLetters.onSentBack(key, version);
    } else {
      deadLetters.onLetter(key, letter, version);
    }
  }

  /**
   * @param nowMs when it was read: the time from which readers of committed records can see it
   */
  public synchronized void onEvaluation(Evaluation evaluation, long nowMs) {
    version++;
    Optional<CheckpointId> id = CheckpointId.tryOf(evaluation.getCheckpointId());
    id.ifPresent(evaluated -> onFirstEvaluation(evaluated, nowMs));
    if (evaluation.getKind() == ScoreKind.RING) {
      id.ifPresent(scored -> checkpoints.onRing(scored, evaluation, version));
    } else if (evaluation.getWindowEndMs() > evaluation.getWindowStartMs()) {
      series.on(evaluation, version);
    }
  }

  @GuardedBy("this")
  private void onFirstEvaluation(CheckpointId id, long nowMs) {
    Checkpoint checkpoint = checkpoints.find(id);
    if (checkpoint == null || evaluated.put(id, true) != null) {
      return;
    }
    fresh.onEvaluated(Lineage.fromProto(checkpoint.getLineage()), nowMs, !filling);
    if (!filling) {
      long ms = Math.max(0, nowMs - checkpoints.announcedMs(id));
      verdict.record(ms, 1, nowMs);
      checkpoints.onVerdict(id, ms);
    }
  }

  /** Adds a partition's report. */
  public synchronized void onReport(ScoreSums report, long nowMs) {
    version++;
    ledger.onReport(report);
    fresh.onReport(
        report.getTopic(),
        report.getPartition(),
        report.getFirstOffset(),
        report.getFirstTimestampMs(),
        report.getLastOffset(),
        report.getLastTimestampMs(),
        nowMs);
  }

  public synchronized void onReading(OffsetsReading reading) {
    version++;
    stages.onReading(reading);
  }

  /** All records that were in the topics at the start have been read. */
  public synchronized void onFilled() {
    version++;
    filling = false;
  }

  /**
   * @param why the reason why the topics cannot be read; empty if they can
   */
  public synchronized void onTrouble(String why) {
    if (!trouble.equals(why)) {
      version++;
      trouble = Bounds.cut(why);
    }
  }

  public String boot() {
    return boot;
  }

  public synchronized long version() {
    return version;
  }

  public synchronized PageState state(long nowMs) {
    return new PageState(
        config.pipeline(),
        config.label().task().name().toLowerCase(Locale.ROOT),
        boot,
        version,
        nowMs,
        filling,
        trouble,
        stages.stream(config.samples().topic(), nowMs),
        inForce(),
        series.scores(roles()),
        training(),
        stages.views(nowMs),
        batches.views(stages.progress(), checkpoints.latest()),
        drift.figures(),
        freshness.view(nowMs),
        verdict.view(nowMs),
        deadLetters.view(),
        ledger.view(),
        decisions.counts(),
        checkpoints.announced(),
        new PageState.Sections(checkpoints.version(), decisions.version(), deadLetters.version()));
  }

  @GuardedBy("this")
  private CheckpointRoles roles() {
    return new CheckpointRoles(decisions.inUse(), pinned.ids());
  }

  @GuardedBy("this")
  private PageState.InForce inForce() {
    var inUse = decisions.inUse();
    Checkpoint latest = checkpoints.latest();
    return new PageState.InForce(
        tryNamed(inUse.champion()),
        decisions.inForceBy(),
        tryNamed(inUse.replaced()),
        named(inUse.onTrial().stream().flatMap(id -> CheckpointId.tryOf(id).stream()).toList()),
        named(pinned.ids()),
        latest == null ? null : named(CheckpointId.of(latest.getId())));
  }

  @GuardedBy("this")
  private PageState.@Nullable Named tryNamed(String id) {
    return CheckpointId.tryOf(id).map(this::named).orElse(null);
  }

  @GuardedBy("this")
  private List<PageState.Named> named(Collection<CheckpointId> ids) {
    List<PageState.Named> all = new ArrayList<>();
    for (CheckpointId id : new TreeSet<>(ids)) {
      all.add(named(id));
    }
    return all;
  }

  @GuardedBy("this")
  private PageState.Named named(CheckpointId id) {
    Checkpoint known = checkpoints.find(id);
    return known == null
        ? new PageState.Named(id.text(), step(id), null)
        : new PageState.Named(id.text(), known.getStep(), checkpoints.announcedMs(id));
  }

  private static @Nullable Long step(CheckpointId id) {
    return id.step().isPresent() ? (Long) id.step().getAsLong() : null;
  }

  @GuardedBy("this")
  private PageState.@Nullable Training training() {
    TrainProgress at = stages.progress();
    return at == null
        ? null
        : new PageState.Training(
            at.getStep(),
            at.getTrainLogOffset(),
            at.getTrainLogLag(),
            at.getMetrics().getLoss(),
            at.getMetrics().getLearningRate(),
            at.getMetrics().getGradientNorm(),
            at.getMetrics().getSamplesPerSecond(),
            at.getMetrics().getStepMsP50(),
            at.getMetrics().getStepMsP99(),
            at.getCheckpointsSkipped(),
            at.getAtMs());
  }

  /** Windows that changed after a version; all if it is 0. */
  public synchronized List<SeriesColumns> series(long sinceVersion, List<String> metrics) {
    return series.since(sinceVersion, roles(), metrics);
  }

  public synchronized List<RecentCheckpoints.CheckpointView> checkpoints(int limit) {
    return checkpoints.newest(limit, roles(), decisions);
  }

  public synchronized List<DecisionList.DecisionView> promotions() {
    return decisions.timeline();
  }

  public synchronized List<DeadLetterCounts.Letter> deadLetters() {
    return deadLetters.newest();
  }

  public synchronized List<Stages.History> stages() {
    return stages.history();
  }
}
