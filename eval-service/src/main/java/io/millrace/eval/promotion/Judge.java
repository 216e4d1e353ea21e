package io.millrace.eval.promotion;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.config.PromotionConfig;
import io.millrace.schemas.promotions.InUse;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.PairedSums;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.Promotion.Decision;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.TrialState;
import io.millrace.schemas.proto.Unloadable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Assigns slots to challengers and decides their trials. Confined to one thread. Commit its
 * decisions and its {@link #state()} together: then nothing is decided twice.
 */
public final class Judge {
  /*
   * announced -> waiting -> on trial -> PROMOTED | REJECTED | TIMED_OUT
   *                    \-> NOT_TRIED, when a newer one comes before a slot is free
   *
   * A trial compares with one champion. When that changes, whoever is on trial begins again against the new one, with
   * a number (and level) of its own. What was replaced is watched against the champion, without end: after
   * promotion.max_samples the watch begins anew, so that a champion that falls behind late is seen as well.
   *
   * Others write to the topic too: decisions by hand. Its order is the truth. An own decision that a hand's overtook names a
   * champion no longer in force and is void (InUse); the judge, which reads its own decisions back, takes it back.
   */
  private final PromotionConfig config;
  private final int slots;
  private final Consumer<Promotion> decided;
  private final LongSupplier nowMs;
  private final Map<String, Trial> trials = new LinkedHashMap<>();
  private final Deque<Promotion> pending = new ArrayDeque<>();
  private final Map<String, Unscored> unscored = new TreeMap<>();
  private final Deque<Trial> unsaid = new ArrayDeque<>();
  private @Nullable Trial watch;
  private InUse read;
  private String champion;
  private String replaced;
  private String waiting;
  private long begun;
  private long lastPromotionMs;
  private long latestMs;
  private long sumsOffset;
  private boolean changed;

  /**
   * @param slots how many may be on trial at once
   * @param decided called with each decision, in order
   */
  public Judge(
      PromotionConfig config,
      int slots,
      JudgeState state,
      Consumer<Promotion> decided,
      LongSupplier nowMs) {
    this.config = config;
    this.slots = slots;
    this.decided = decided;
    this.nowMs = nowMs;
    this.read = state.read();
    this.champion = state.champion();
    this.replaced = state.replaced();
    this.waiting = state.waiting();
    this.unscored.putAll(state.unscored());
    this.begun = state.begun();
    this.lastPromotionMs = state.lastPromotionMs();
    this.latestMs = state.latestMs();
    this.sumsOffset = state.sumsOffset();
    state.pending().forEach(bytes -> pending.add(parse(bytes)));
    for (byte[] bytes : state.trials()) {
      Trial trial = restore(bytes);
      trials.put(trial.pair().challengerId(), trial);
      if (trial.figures().number() > state.begun()) {
        unsaid.add(trial);
      }
    }
    this.watch = state.watch().isEmpty() ? null : restore(state.watch().get(0));
  }

  public JudgeState state() {
    return new JudgeState(
        champion,
        replaced,
        read,
        pending.stream().map(Promotion::toByteArray).toList(),
        trials.values().stream().map(Trial::toBytes).toList(),
        watch == null ? List.of() : List.of(watch.toBytes()),
        waiting,
        Map.copyOf(unscored),
        begun,
        lastPromotionMs,
        latestMs,
        sumsOffset);
  }

  /** Whether {@link #state()} has changed since the last call. */
  public boolean takeChanged() {
    boolean taken = changed;
    changed = false;
    return taken;
  }

  /** The id of the checkpoint in force; empty if there is none. */
  public String champion() {
    return champion;
  }

  public void onAnnounced(Checkpoint checkpoint) {
    String id = checkpoint.getId();
    if (id.equals(champion) || id.equals(replaced) || trials.containsKey(id)) {
      return;
    }
    if (!waiting.isEmpty()) {
      unscored.remove(waiting);
      say(notTried(waiting, "a newer checkpoint came before a slot was free"));
    }
    waiting = id;
    unscored.put(id, Unscored.of(checkpoint.getLineage()));
    changed = true;
  }

  public void onDeleted(String id) {
    unscored.remove(id);
    if (id.equals(waiting)) {
      waiting = "";
      say(notTried(id, "deleted before a slot was free"));
    }
    Trial trial = trials.remove(id);
    if (trial != null) {
      say(figured(trial, Decision.TIMED_OUT, "its checkpoint was deleted"));
    }
  }

  /** Adds the paired sums and makes the decisions that follow from them. */
  public void onSums(ScoreSums sums, long offset) {
    sumsOffset = offset;
    // each sample is in one of these two, and perhaps in LIVE besides
    sums.getUnloadableList().forEach(this::onUnloadable);
    if (sums.getKind() != ScoreKind.PREQUENTIAL && sums.getKind() != ScoreKind.HOLDOUT) {
      return;
    }
    if (sums.getOnline()) {
      timeOutUnscored(sums);
    }
    for (PairedSums paired : sums.getPairedList()) {
      Pair pair = new Pair(paired.getChampionId(), paired.getChallengerId());
      Trial trial = trials.get(pair.challengerId());
      if (trial != null && trial.pair().equals(pair)) {
        add(trial, paired, sums);
        unscored.remove(pair.challengerId());
        decide(trial);
      } else if (watch != null && watch.pair().equals(pair)) {
        add(watch, paired, sums);
        decideWatch(watch);
      }
    }
  }

  private void onUnloadable(Unloadable refused) {
    String id = refused.getCheckpointId();
    Trial trial = trials.get(id);
    if (trial != null && unscored.remove(id) != null) {
      trials.remove(id);
      say(figured(trial, Decision.REJECTED, "it cannot be scored with: " + refused.getReason()));
    }
  }

  private void timeOutUnscored(ScoreSums sums) {
    for (Trial trial : List.copyOf(trials.values())) {
      String id = trial.pair().challengerId();
      Unscored after = unscored.computeIfPresent(id, (same, before) -> before.after(sums));
      changed |= after != null;
      if (after != null && after.passed() >= config.maxSamples()) {
        trials.remove(id);
        unscored.remove(id);
        String reason =
            "%d samples beyond its lineage went by and it was scored on none; can it be loaded?"
                .formatted(after.passed());
        say(figured(trial, Decision.TIMED_OUT, reason));
      }
    }
  }

  private void add(Trial trial, PairedSums paired, ScoreSums sums) {
    trial.add(paired, sums.getWindowStartMs(), sums.getWindowEndMs());
    latestMs = Math.max(latestMs, sums.getWindowEndMs());
    changed = true;
  }

  private void decide(Trial trial) {
    String id = trial.pair().challengerId();
    TrialOutcome outcome = trial.outcome();
    String reason = outcome == TrialOutcome.UNDECIDED ? "" : trial.figures().reason(outcome);
    switch (outcome) {
      case UNDECIDED -> {}
      case REJECT -> {
        trials.remove(id);
        say(figured(trial, Decision.REJECTED, reason));
      }
      case TIME_OUT -> {
        trials.remove(id);
        say(figured(trial, Decision.TIMED_OUT, reason));
      }
      case PROMOTE -> {
        trials.remove(id);
        say(figured(trial, Decision.PROMOTED, reason));
        putInForce(id, champion, true, List.copyOf(trials.keySet()));
      }
    }
  }

  private void decideWatch(Trial trial) {
    if (trial.outcome() == TrialOutcome.PROMOTE) {
      String reason =
          "the champion fell behind: what it replaced is "
              + trial.figures().reason(TrialOutcome.PROMOTE);
      say(figured(trial, Decision.ROLLED_BACK, reason));
      putInForce(replaced, champion, false, List.copyOf(trials.keySet()));
    } else if (trial.figures().count() >= config.maxSamples()
        && trial.figures().windows() >= config.minWindows()) {
      watch = begin(trial.pair(), Long.MIN_VALUE);
    }
  }

  /** Reads a decision from the topic, in order; its own decisions are among them. */
  public void onDecision(Promotion decision) {
    InUse before = read;
    read = read.after(decision);
    changed = true;
    if (decision.equals(pending.peek())) {
      pending.remove();
      return;
    }
    begun = Math.max(begun, decision.getTrial());
    if (read.champion().equals(before.champion())) {
      return;
    }
    Set<String> again = new LinkedHashSet<>(trials.keySet());
    for (Promotion overtaken : pending) {
      if (overtaken.getDecision() == Decision.PROMOTED) {
        again.add(overtaken.getCheckpointId());
      }
    }
    again.remove(read.champion());
    trials.remove(read.champion());
    unscored.remove(read.champion());
    waiting = waiting.equals(read.champion()) ? "" : waiting;
    boolean watched =
        decision.getDecision() == Decision.PROMOTED
            || decision.getDecision() == Decision.PROMOTED_BY_HAND;
    putInForce(read.champion(), read.replaced(), watched, List.copyOf(again));
  }

  private void putInForce(String id, String before, boolean watched, List<String> challengers) {
    champion = id;
    replaced = before;
    lastPromotionMs = latestMs;
    boolean watchable = config.rollback() && watched && !replaced.isEmpty();
    watch = watchable ? begin(new Pair(champion, replaced), Long.MIN_VALUE) : null;
    for (String challenger : challengers) {
      open(challenger, "the champion changed: again, against the new one");
    }
  }

  /** Call it often: ends trials whose state was lost, and assigns free slots. */
  public void onTick() {
    while (!unsaid.isEmpty()) {
      say(
          figured(
              unsaid.remove(), Decision.TRIAL, "promotion.clip changed: again, with the new one"));
    }
    if (pending.isEmpty()) {
      for (String id : read.onTrial()) {
        if (!trials.containsKey(id)) {
          say(
              DecisionWriter.of(
                  Decision.TIMED_OUT, id, champion, "the state of its trial was lost"));
        }
      }
    }
    if (!waiting.isEmpty() && trials.size() < slots) {
      String id = waiting;
      waiting = "";
      open(id, "the newest checkpoint takes a free slot");
    }
  }

  private void open(String id, String reason) {
    Trial trial = begin(new Pair(champion, id), lastPromotionMs);
    trials.put(id, trial);
    unscored.computeIfPresent(id, (same, before) -> before.again());
    say(figured(trial, Decision.TRIAL, reason));
  }

  private Trial begin(Pair pair, long coolDownFromMs) {
    begun++;
    changed = true;
    return Trial.start(config, pair, begun, coolDownFromMs);
  }

  private Promotion.Builder notTried(String id, String reason) {
    return DecisionWriter.of(Decision.NOT_TRIED, id, champion, reason);
  }

  private static Promotion.Builder figured(Trial trial, Decision decision, String reason) {
    Pair pair = trial.pair();
    return DecisionWriter.with(
        trial.figures(),
        DecisionWriter.of(decision, pair.challengerId(), pair.championId(), reason));
  }

  private void say(Promotion.Builder decision) {
    Promotion said = decision.setScoreSumsOffset(sumsOffset).setAtMs(nowMs.getAsLong()).build();
    changed = true;
    pending.add(said);
    decided.accept(said);
  }

  private Trial restore(byte[] bytes) {
    return Trial.tryParse(config, bytes).orElseGet(() -> begin(pairOf(bytes), lastPromotionMs));
  }

  private static Pair pairOf(byte[] trial) {
    try {
      TrialState state = TrialState.parseFrom(trial);
      return new Pair(state.getChampionId(), state.getChallengerId());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not a trial's state: " + e.getMessage(), e);
    }
  }

  private static Promotion parse(byte[] bytes) {
    try {
      return Promotion.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not a decision: " + e.getMessage(), e);
    }
  }
}
