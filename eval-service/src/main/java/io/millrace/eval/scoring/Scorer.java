package io.millrace.eval.scoring;

import io.millrace.eval.commit.CountedSamples;
import io.millrace.eval.intake.EvalBatch;
import io.millrace.eval.intake.IntakeMeters;
import io.millrace.eval.intake.PartitionState;
import io.millrace.eval.intake.Ring;
import io.millrace.eval.lineup.AnnouncedCheckpoint;
import io.millrace.eval.lineup.Lineup;
import io.millrace.eval.metrics.PairTally;
import io.millrace.eval.metrics.RowScore;
import io.millrace.eval.models.EvalRuns;
import io.millrace.eval.models.Model;
import io.millrace.eval.models.ModelOutputs;
import io.millrace.eval.models.Sessions;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.threads.ThreadOwner;
import io.millrace.schemas.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Scores eval batches with every model of the line-up, and sums the scores until {@link #clear}.
 * Confined to the scoring thread.
 */
final class Scorer {
  private final PipelineConfig config;
  private final Lineup lineup;
  private final Sessions sessions;
  private final EvalRuns runs;
  private final ScoringMeters meters;
  private final Clock clock;
  private final long windowMs;
  private final TallyPool pool;
  private final ThreadOwner owner = new ThreadOwner("the scorer");
  private final OnlineScorer online;
  private final Map<CheckpointId, Series> fixed = new LinkedHashMap<>();
  private final CountedSamples counted = new CountedSamples();

  /** One checkpoint that is scored on every sample. */
  private static final class Series {
    final SeriesSums sums;
    final ModelOutputs buffer;
    final CountedSamples counted;

    Series(SeriesSums sums, ModelOutputs buffer, CountedSamples counted) {
      this.sums = sums;
      this.buffer = buffer;
      this.counted = counted;
    }
  }

  Scorer(
      PipelineConfig config,
      Lineup lineup,
      Sessions sessions,
      EvalRuns runs,
      IntakeMeters intake,
      ScoringMeters meters,
      Clock clock) {
    this.config = config;
    this.lineup = lineup;
    this.sessions = sessions;
    this.runs = runs;
    this.meters = meters;
    this.clock = clock;
    this.windowMs = config.evaluation().window().toMillis();
    this.pool = new TallyPool(config.label());
    this.online =
        new OnlineScorer(
            config,
            lineup,
            sessions,
            this::run,
            new SeriesSums(null, windowMs, pool),
            counted,
            intake,
            meters,
            clock);
  }

  /** Scores the batch, which the caller releases. */
  void score(EvalBatch batch) {
    owner.claim();
    updateBaselines(batch);
    List<Lineup.Fixed> wanted = lineup.fixed();
    Set<CheckpointId> ids = new HashSet<>();
    wanted.forEach(each -> ids.add(each.announced().id()));
    sessions.keep(ids);
    Map<CheckpointId, Series> scored = new HashMap<>();
    for (Lineup.Fixed each : wanted) {
      Series series = tryScore(each.announced(), batch);
      if (series != null) {
        scored.put(each.announced().id(), series);
        addUp(each.announced(), series, batch);
      }
    }
    Optional<AnnouncedCheckpoint> champion = lineup.champion();
    Series championSeries = champion.map(known -> scored.get(known.id())).orElse(null);
    for (Lineup.Fixed each : wanted) {
      String against = each.against();
      Series challenger = scored.get(each.announced().id());
      if (challenger != null && against != null) {
        if (against.isEmpty()) {
          pair(each.announced(), challenger, null, null, batch);
        } else if (championSeries != null) {
          pair(each.announced(), challenger, champion.get(), championSeries, batch);
        }
      }
    }
    online.score(batch);
    addToRings(batch);
  }

  private static void updateBaselines(EvalBatch batch) {
    Rows rows = batch.rows;
    for (int row = 0; row < batch.size(); row++) {
      PartitionState state = batch.states[row];
      batch.baselines.testThenLearn(row, state.baselines, rows.label(row), rows.weight(row));
      state.onEventTime(rows.eventTimeMs(row));
    }
  }

  /* After the models have read the rows, which are then in this core's cache. */
  private static void addToRings(EvalBatch batch) {
    for (int row = 0; row < batch.size(); row++) {
      if (batch.heldOut[row]) {
        batch.states[row].ring.add(batch.rows, batch.baselines, row, batch.offsets[row]);
      }
    }
  }

  private @Nullable Series tryScore(AnnouncedCheckpoint announced, EvalBatch batch) {
    Optional<Model> model = sessions.tryGet(announced.checkpoint());
    if (model.isEmpty()) {
      return null;
    }
    CheckpointId id = announced.id();
    try {
      Series series = fixed.get(id);
      if (series == null) {
        ModelOutputs buffer =
            new ModelOutputs(
                batch.rows.capacity(), config.model(), config.label(), model.get().width());
        series = new Series(new SeriesSums(id, windowMs, pool), buffer, new CountedSamples());
        fixed.put(id, series);
      }
      run(model.get(), batch.rows, batch.size(), series.buffer);
      return series;
    } catch (Model.UnusableException | Model.OutOfMemoryException e) {
      sessions.refuse(id, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private void run(Model model, Rows rows, int count, ModelOutputs buffer) {
    buffer.fit(model.width());
    long startNanos = clock.nanos();
    runs.score(model, rows, count, buffer.outputs());
    meters.onSession(count, rows.capacity(), clock.nanos() - startNanos);
  }

  private static void addUp(AnnouncedCheckpoint announced, Series series, EvalBatch batch) {
    Rows rows = batch.rows;
    RowScore score = series.buffer.score();
    for (int row = 0; row < batch.size(); row++) {
      PartitionState state = batch.states[row];
      CountedSamples.CountedRange counts = series.counted.of(announced, state);
      series.buffer.losses[row] = score.read(series.buffer.outputs(), row, rows.label(row));
      long stale = batch.offsets[row] - counts.lineage();
      if (stale >= 0) {
        addTo(series.sums, kind(batch, row), batch, row, score, stale);
        counts.add(batch.offsets[row]);
        if (announced.announcedMs() < liveBound(batch, row)) {
          addTo(series.sums, ScoreKind.LIVE, batch, row, score, stale);
        }
      }
    }
  }

  static void addTo(
      SeriesSums sums, ScoreKind kind, EvalBatch batch, int row, RowScore score, long stale) {
    SeriesSums.Cell cell = sums.cell(kind, batch.states[row], batch.rows.eventTimeMs(row));
    cell.tally.add(score, batch.rows.weight(row), batch.baselines, row, stale);
    cell.at(batch.offsets[row]);
  }

  static ScoreKind kind(EvalBatch batch, int row) {
    return batch.heldOut[row] ? ScoreKind.HOLDOUT : ScoreKind.PREQUENTIAL;
  }

  /** The time before which a checkpoint must have been announced for a live score, epoch ms. */
  static long liveBound(EvalBatch batch, int row) {
    long predictionMs = batch.rows.predictionTimeMs(row);
    long appendedMs = batch.appendedMs[row];
    return predictionMs == Rows.NO_TIME ? appendedMs : Math.min(appendedMs, predictionMs);
  }

  private void pair(
      AnnouncedCheckpoint challenger,
      Series challengerSeries,
      @Nullable AnnouncedCheckpoint champion,
      @Nullable Series championSeries,
      EvalBatch batch) {
    String championId = champion == null ? "" : champion.id().text();
    for (int row = 0; row < batch.size(); row++) {
      PartitionState state = batch.states[row];
      long offset = batch.offsets[row];
      boolean beyond = offset >= challengerSeries.counted.of(challenger, state).lineage();
      if (champion != null && championSeries != null) {
        beyond &= offset >= championSeries.counted.of(champion, state).lineage();
      }
      double other =
          championSeries == null
              ? batch.baselines.priorLoss(row)
              : championSeries.buffer.losses[row];
      if (beyond && (championSeries != null || !Double.isNaN(other))) {
        challengerSeries
            .sums
            .cell(kind(batch, row), state, batch.rows.eventTimeMs(row))
            .pair(
                championId,
                () -> new PairTally(championId, challenger.id().text(), config.promotion().clip()))
            .add(other, challengerSeries.buffer.losses[row]);
      }
    }
  }

  /**
   * The first estimate of a checkpoint on the samples of a partition's ring from before its
   * lineage; empty if there are none, or the checkpoint cannot be scored with.
   */
  Optional<ScoreSums.Builder> firstEstimate(AnnouncedCheckpoint announced, PartitionState state) {
    Ring ring = state.ring;
    Optional<Model> model =
        ring.size() == 0 ? Optional.empty() : sessions.tryGet(announced.checkpoint());
    if (model.isEmpty()) {
      return Optional.empty();
    }
    var tally = pool.take();
    try {
      ModelOutputs buffer = ring.buffer(config.model(), config.label(), model.get().width());
      run(model.get(), ring.rows(), ring.size(), buffer);
      Ring.RingRange past =
          ring.past(
              buffer.outputs(),
              buffer.score(),
              tally,
              announced.lineage().nextOffset(state.partition));
      return past.last() < 0
          ? Optional.empty()
          : Optional.of(
              ScoreSums.newBuilder()
                  .setCheckpointId(announced.id().text())
                  .setKind(ScoreKind.RING)
                  .setTopic(state.partition.topic())
                  .setPartition(state.partition.partition())
                  .setSums(tally.toProto())
                  .setFirstOffset(past.first())
                  .setLastOffset(past.last()));
    } catch (Model.UnusableException | Model.OutOfMemoryException e) {
      sessions.refuse(announced.id(), String.valueOf(e.getMessage()));
      return Optional.empty();
    } finally {
      pool.release(tally);
    }
  }

  /** All sums since {@link #clear}. */
  List<ScoreSums.Builder> sums() {
    List<ScoreSums.Builder> all = new ArrayList<>(online.sums().toProto());
    online.inputs().attach(all);
    fixed.values().forEach(series -> all.addAll(series.sums.toProto()));
    return all;
  }

  /** The ranges that counted since {@link #clear}. */
  List<CountedSamples.CountedRange> takeCounted() {
    List<CountedSamples.CountedRange> all = new ArrayList<>(counted.take());
    fixed.values().forEach(series -> all.addAll(series.counted.take()));
    return all;
  }

  /** Clears all sums, and drops the series that are no longer in the line-up. */
  void clear() {
    online.sums().clear();
    online.inputs().clear();
    counted.clear();
    fixed.values().forEach(series -> series.sums.clear());
    fixed.values().forEach(series -> series.counted.clear());
    Set<CheckpointId> wanted = new HashSet<>();
    lineup.fixed().forEach(each -> wanted.add(each.announced().id()));
    fixed.keySet().retainAll(wanted);
  }
}
