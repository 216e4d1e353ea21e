package io.millrace.eval.scoring;

import io.millrace.eval.commit.CountedSamples;
import io.millrace.eval.intake.EvalBatch;
import io.millrace.eval.intake.Exclusion;
import io.millrace.eval.intake.IntakeMeters;
import io.millrace.eval.intake.PartitionState;
import io.millrace.eval.lineup.AnnouncedCheckpoint;
import io.millrace.eval.lineup.CheckpointHistory;
import io.millrace.eval.lineup.Lineup;
import io.millrace.eval.metrics.RowScore;
import io.millrace.eval.models.Model;
import io.millrace.eval.models.ModelOutputs;
import io.millrace.eval.models.Sessions;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.lineage.SamplePartition;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The online series: each sample is scored with the latest checkpoint that may score it. Confined
 * to the scoring thread.
 */
final class OnlineScorer {
  /*
   * Each row chooses twice: the newest checkpoint that has not seen it (PREQUENTIAL or HOLDOUT), and the newest that had been
   * announced before it was appended (LIVE). Rows with the same choice are scored together: in place if that is the whole
   * batch, otherwise gathered. If a chosen checkpoint turns out to be unusable, its rows choose again.
   */

  /** Runs a model on the first rows and writes to the buffer's outputs. */
  interface Run {
    void run(Model model, Rows rows, int count, ModelOutputs buffer);
  }

  private final PipelineConfig config;
  private final Lineup lineup;
  private final Sessions sessions;
  private final Run run;
  private final SeriesSums sums;
  private final CountedSamples counted;
  private final InputHistograms inputs;
  private final IntakeMeters intake;
  private final ScoringMeters meters;
  private final Rows gathered;
  private final int[] group;
  private final @Nullable AnnouncedCheckpoint[] unseen;
  private final @Nullable AnnouncedCheckpoint[] live;
  private @Nullable ModelOutputs buffer;

  /** The last result of {@link CheckpointHistory#newestBefore}. */
  private long boundMs;

  private @Nullable AnnouncedCheckpoint beforeBound;
  private boolean isBoundKnown;

  OnlineScorer(
      PipelineConfig config,
      Lineup lineup,
      Sessions sessions,
      Run run,
      SeriesSums sums,
      CountedSamples counted,
      IntakeMeters intake,
      ScoringMeters meters,
      Clock clock) {
    int capacity = config.evaluation().perDeviceEvalBatchSize();
    this.config = config;
    this.lineup = lineup;
    this.sessions = sessions;
    this.run = run;
    this.sums = sums;
    this.counted = counted;
    this.inputs = new InputHistograms(config.features(), clock);
    this.intake = intake;
    this.meters = meters;
    this.gathered =
        new Rows(io.millrace.schemas.features.rows.InputSpec.of(config.features()), capacity);
    this.group = new int[capacity];
    this.unseen = new AnnouncedCheckpoint[capacity];
    this.live = new AnnouncedCheckpoint[capacity];
  }

  SeriesSums sums() {
    return sums;
  }

  InputHistograms inputs() {
    return inputs;
  }

  void score(EvalBatch batch) {
    chooseAll(batch);
    addInputs(batch);
    for (int row = 0; row < batch.size(); row++) {
      while (unseen[row] != null || live[row] != null) {
        AnnouncedCheckpoint choice = unseen[row] != null ? unseen[row] : live[row];
        if (choice != null && !tryScoreAll(choice, batch, row)) {
          replaceChoice(choice, batch, row);
        }
      }
    }
  }

  /* Most rows choose the same checkpoint as the row before: then the history is not searched. */
  private void chooseAll(EvalBatch batch) {
    CheckpointHistory history = lineup.history();
    isBoundKnown = false;
    AnnouncedCheckpoint newest = history.newest();
    long newestMs = newest == null ? 0 : newest.announcedMs();
    PartitionState last = null;
    long lineage = Long.MAX_VALUE;
    for (int row = 0; row < batch.size(); row++) {
      PartitionState state = batch.states[row];
      if (state != last) {
        last = state;
        lineage = newest == null ? Long.MAX_VALUE : newest.lineage().nextOffset(state.partition);
      }
      if (batch.offsets[row] < lineage) {
        chooseUnseen(batch, row);
        chooseLive(batch, row);
      } else {
        unseen[row] = newest;
        if (newestMs < Scorer.liveBound(batch, row)) {
          live[row] = newest;
        } else {
          chooseLive(batch, row);
        }
      }
    }
  }

  private void addInputs(EvalBatch batch) {
    int stride = InputHistograms.stride(batch.size());
    for (int row = 0; row < batch.size(); row += stride) {
      if (unseen[row] != null) {
        inputs.add(sums.windowStartMs(batch.rows.eventTimeMs(row)), batch.rows, row);
      }
    }
  }

  private void chooseUnseen(EvalBatch batch, int row) {
    PartitionState state = batch.states[row];
    AnnouncedCheckpoint choice =
        lineup.history().newestUnseenBy(state.partition, batch.offsets[row]);
    unseen[row] = choice;
    if (choice == null) {
      Exclusion reason =
          lineup.history().isEmpty() ? Exclusion.NO_CHECKPOINT : Exclusion.SEEN_IN_TRAINING;
      state.onExcluded(reason);
      intake.onExcluded(reason);
    }
  }

  private void chooseLive(EvalBatch batch, int row) {
    SamplePartition partition = batch.states[row].partition;
    long bound = Scorer.liveBound(batch, row);
    if (!isBoundKnown || bound != boundMs) {
      beforeBound = lineup.history().newestBefore(bound);
      boundMs = bound;
      isBoundKnown = true;
    }
    AnnouncedCheckpoint choice = beforeBound;
    live[row] =
        choice == null || choice.lineage().hasSeen(partition, batch.offsets[row]) ? null : choice;
  }

  private void replaceChoice(AnnouncedCheckpoint unusable, EvalBatch batch, int from) {
    lineup.hide(unusable.id());
    isBoundKnown = false;
    for (int row = from; row < batch.size(); row++) {
      if (unusable.equals(unseen[row])) {
        chooseUnseen(batch, row);
      }
      if (unusable.equals(live[row])) {
        chooseLive(batch, row);
      }
    }
  }

  /**
   * Scores all rows, from the first one on, that chose this checkpoint; false if it is unusable.
   */
  private boolean tryScoreAll(AnnouncedCheckpoint choice, EvalBatch batch, int first) {
    Optional<Model> model = sessions.tryGet(choice.checkpoint());
    if (model.isEmpty()) {
      return false;
    }
    int count = 0;
    for (int row = first; row < batch.size(); row++) {
      if (unseen[row] == choice || live[row] == choice) {
        group[count++] = row;
      }
    }
    boolean whole = count == batch.size();
    Rows rows = whole ? batch.rows : gather(batch.rows, count);
    try {
      ModelOutputs outputs = buffer(model.get().width());
      run.run(model.get(), rows, count, outputs);
      addUp(choice, batch, count, outputs);
      return true;
    } catch (Model.UnusableException | Model.OutOfMemoryException e) {
      sessions.refuse(choice.id(), String.valueOf(e.getMessage()));
      return false;
    }
  }

  private void addUp(AnnouncedCheckpoint choice, EvalBatch batch, int count, ModelOutputs outputs) {
    RowScore score = outputs.score();
    int newest = group[count - 1];
    meters.onStaleness(batch.offsets[newest] - counted.of(choice, batch.states[newest]).lineage());
    for (int i = 0; i < count; i++) {
      int row = group[i];
      CountedSamples.CountedRange counts = counted.of(choice, batch.states[row]);
      score.read(outputs.outputs(), i, batch.rows.label(row));
      long stale = batch.offsets[row] - counts.lineage();
      if (unseen[row] == choice) {
        Scorer.addTo(sums, Scorer.kind(batch, row), batch, row, score, stale);
      }
      if (live[row] == choice) {
        Scorer.addTo(sums, ScoreKind.LIVE, batch, row, score, stale);
      }
      counts.add(batch.offsets[row]);
      unseen[row] = unseen[row] == choice ? null : unseen[row];
      live[row] = live[row] == choice ? null : live[row];
    }
  }

  private Rows gather(Rows rows, int count) {
    for (int input = 0; input < rows.inputs().size(); input++) {
      int rowBytes = rows.inputs().get(input).rowBytes();
      for (int i = 0; i < count; i++) {
        gathered.bytes(input).put(i * rowBytes, rows.bytes(input), group[i] * rowBytes, rowBytes);
      }
    }
    return gathered;
  }

  private ModelOutputs buffer(int width) {
    ModelOutputs known = buffer;
    if (known == null) {
      known = new ModelOutputs(group.length, config.model(), config.label(), width);
      buffer = known;
    }
    return known;
  }
}
