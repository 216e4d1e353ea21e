package io.millrace.eval.scoring;

import io.millrace.eval.commit.Committer;
import io.millrace.eval.commit.CountedSamples;
import io.millrace.eval.intake.Admission;
import io.millrace.eval.intake.Deliveries;
import io.millrace.eval.intake.EvalBatch;
import io.millrace.eval.intake.Exclusion;
import io.millrace.eval.intake.IntakeMeters;
import io.millrace.eval.intake.Membership;
import io.millrace.eval.intake.PartitionState;
import io.millrace.eval.intake.RecentIds;
import io.millrace.eval.intake.RecordDecoder;
import io.millrace.eval.intake.Refill;
import io.millrace.eval.intake.Ring;
import io.millrace.eval.lineup.AnnouncedCheckpoint;
import io.millrace.eval.lineup.Lineup;
import io.millrace.eval.lineup.LineupEvent;
import io.millrace.eval.metrics.Baselines;
import io.millrace.eval.models.EvalRuns;
import io.millrace.eval.models.Sessions;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.lineage.SamplePartition;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.Unloadable;
import io.millrace.schemas.threads.ThreadOwner;
import io.millrace.schemas.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of the scoring thread: scores and commits. Owns all state of scoring; other threads pass
 * deliveries and events of the line-up to it.
 */
final class ScoringLoop {
  private static final Logger log = LoggerFactory.getLogger(ScoringLoop.class);
  private static final long IDLE_NANOS = 5_000_000L;
  private static final long REVEAL_NANOS = 1_000_000_000L;

  private final ThreadOwner owner = new ThreadOwner("the scoring loop");
  private final PipelineConfig config;
  private final String topicId;
  private final Lineup lineup;
  private final Sessions sessions;
  private final Scorer scorer;
  private final Refill refill;
  private final Committer committer;
  private final IntakeMeters intake;
  private final ScoringMeters meters;
  private final Consumer<List<CountedSamples.CountedRange>> audit;
  private final Admission admission;
  private final Deliveries deliveries;
  private final ConcurrentLinkedQueue<LineupEvent> events = new ConcurrentLinkedQueue<>();
  private final AtomicInteger epoch = new AtomicInteger();
  private final Map<TopicPartition, PartitionState> states = new HashMap<>();
  private final Set<AnnouncedCheckpoint> unestimated = new LinkedHashSet<>();
  private final Membership membership;
  private final Clock clock;
  private List<CountedSamples.CountedRange> committing = List.of();
  private List<AnnouncedCheckpoint> estimating = List.of();
  private long lastCommitNanos;
  private long lastRevealNanos;
  private volatile boolean stopping;

  ScoringLoop(
      PipelineConfig config,
      String topicId,
      Lineup lineup,
      Sessions sessions,
      EvalRuns runs,
      IntakeMeters intake,
      ScoringMeters meters,
      Consumer<List<CountedSamples.CountedRange>> audit,
      Clock clock) {
    this.config = config;
    this.topicId = topicId;
    this.lineup = lineup;
    this.sessions = sessions;
    this.intake = intake;
    this.meters = meters;
    this.audit = audit;
    this.clock = clock;
    this.membership = new Membership(clock);
    this.lastCommitNanos = clock.nanos();
    this.lastRevealNanos = clock.nanos();
    this.deliveries = new Deliveries(config);
    this.admission = new Admission(states, intake);
    this.refill = new Refill(config, new RecordDecoder(config));
    this.scorer = new Scorer(config, lineup, sessions, runs, intake, meters, clock);
    this.committer = new Committer(config, membership);
  }

  /** Any thread may add events. */
  void add(LineupEvent event) {
    events.add(event);
  }

  int epoch() {
    return epoch.get();
  }

  /** The queue that the polling thread fills. */
  Deliveries deliveries() {
    return deliveries;
  }

  /** The group membership, which the polling thread updates. */
  Membership membership() {
    return membership;
  }

  /** Ends {@link #run} after all deliveries were scored and committed. */
  void stop() {
    stopping = true;
  }

  /**
   * Runs until {@link #stop}.
   *
   * @throws RuntimeException if scoring cannot continue
   */
  void run() {
    owner.claim();
    try (committer;
        sessions) {
      reopen();
      while (!stopping || !deliveries.isEmpty()) {
        Deliveries.Delivery delivery = deliveries.poll(IDLE_NANOS);
        applyEvents();
        if (delivery != null) {
          take(delivery);
        }
        if (committer.isDone()) {
          finishCommit();
        }
        estimate();
        commitIfDue();
      }
      commitAndWait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      deliveries.close();
    }
  }

  private void take(Deliveries.Delivery delivery) throws InterruptedException {
    owner.assertHeld();
    if (delivery instanceof Deliveries.Delivery.Revoked revoked) {
      onRevoked(revoked);
    } else if (delivery instanceof Deliveries.Delivery.Filled filled) {
      if (filled.epoch() == epoch.get()) {
        score(filled.batch());
      }
      deliveries.release(filled.batch());
    } else if (delivery.epoch() != epoch.get()) {
      return;
    } else if (delivery instanceof Deliveries.Delivery.Assigned assigned) {
      take(assigned);
    } else if (delivery instanceof Deliveries.Delivery.Lost lost) {
      PartitionState state = states.get(lost.partition());
      if (state != null) {
        intake.onExcluded(Exclusion.LOST, state.onLost(lost.to()));
      }
    }
  }

  private void score(EvalBatch batch) {
    admission.admit(batch);
    int size = batch.size();
    if (size > 0) {
      scorer.score(batch);
      meters.onBatch(batch.appendedMs[size - 1]);
    }
  }

  private void take(Deliveries.Delivery.Assigned assigned) {
    int ring = config.evaluation().ring();
    PartitionState state =
        new PartitionState(
            new SamplePartition(
                assigned.partition().topic(), topicId, assigned.partition().partition()),
            assigned.offset() - assigned.lost(),
            assigned.metadata(),
            config.label(),
            new Ring(
                InputSpec.of(config.features()),
                ring,
                Baselines.of(config.model(), config.label(), ring)),
            config.samples().id() == null ? null : new RecentIds());
    if (assigned.lost() > 0) {
      intake.onExcluded(Exclusion.LOST, state.onLost(assigned.offset()));
    }
    refill.fill(state, assigned.offset());
    states.put(assigned.partition(), state);
    lineup.newest().ifPresent(unestimated::add);
  }

  private void onRevoked(Deliveries.Delivery.Revoked revoked) throws InterruptedException {
    try {
      commitAndWait();
      if (membership.get() == null && !states.isEmpty()) {
        onLostTransaction(
            "this instance lost its partitions: the group received no heartbeat from it in time");
      }
      revoked.partitions().forEach(states::remove);
    } finally {
      revoked.done().complete(null);
    }
  }

  private void applyEvents() {
    for (LineupEvent event = events.poll(); event != null; event = events.poll()) {
      if (event instanceof LineupEvent.CheckpointAnnounced announced) {
        lineup.onAnnounced(announced.announced());
        unestimated.add(announced.announced());
      } else if (event instanceof LineupEvent.CheckpointWithdrawn withdrawn) {
        lineup.onWithdrawn(withdrawn.id());
        sessions.forget(withdrawn.id());
      } else if (event instanceof LineupEvent.PromotionDecided decided) {
        lineup.onDecided(decided.promotion());
      }
    }
    if (isOver(lastRevealNanos, REVEAL_NANOS)) {
      lastRevealNanos = clock.nanos();
      lineup.reveal(sessions);
    }
  }

  /** Computes first estimates and commits them, if no commit is in flight. */
  private void estimate() {
    if (committer.isInFlight()
        || states.isEmpty()
        || unestimated.stream().allMatch(this::mustWait)) {
      return;
    }
    List<ScoreSums.Builder> estimates = new ArrayList<>();
    List<AnnouncedCheckpoint> estimated = new ArrayList<>();
    for (AnnouncedCheckpoint announced : unestimated) {
      if (!mustWait(announced)) {
        states
            .values()
            .forEach(state -> scorer.firstEstimate(announced, state).ifPresent(estimates::add));
        estimated.add(announced);
      }
    }
    unestimated.removeAll(estimated);
    if (beginCommit(estimates) && !estimates.isEmpty()) {
      estimating = estimated;
    }
  }

  /**
   * Whether a first estimate is not possible yet: the model is still being read or, for the newest
   * checkpoint, no ring has a sample from before its lineage.
   */
  private boolean mustWait(AnnouncedCheckpoint announced) {
    boolean newest = lineup.newest().filter(announced::equals).isPresent();
    return isModelPending(announced)
        || (newest && states.values().stream().noneMatch(state -> state.ringHolds(announced)));
  }

  /**
   * Requests the model; true while it is still being read from the store. An open model stays open
   * until the next request.
   */
  private boolean isModelPending(AnnouncedCheckpoint announced) {
    return states.values().stream().anyMatch(state -> state.ring.size() > 0)
        && sessions.tryGet(announced.checkpoint()).isEmpty()
        && sessions.isPending(announced.id());
  }

  private void commitIfDue() {
    if (!committer.isInFlight()
        && isOver(lastCommitNanos, config.evaluation().commitInterval().toNanos())) {
      beginCommit(List.of());
    }
  }

  private void commitAndWait() throws InterruptedException {
    finishCommit();
    beginCommit(List.of());
    finishCommit();
  }

  /**
   * Passes the sums since the last commit to the committer and clears them; no commit is in flight.
   * If the commit fails, the sums added since then are lost, too.
   *
   * @return false if there is nothing to commit, or this instance is not a member of the group
   */
  private boolean beginCommit(List<ScoreSums.Builder> estimates) {
    lastCommitNanos = clock.nanos();
    ConsumerGroupMetadata member = membership.get();
    List<ScoreSums> sums = member == null ? List.of() : sums(estimates);
    if (sums.isEmpty() || member == null) {
      return false;
    }
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    states.forEach((partition, state) -> positions.put(partition, state.position()));
    committer.begin(sums, positions, member);
    states.values().forEach(PartitionState::onReported);
    committing = scorer.takeCounted();
    scorer.clear();
    return true;
  }

  /** Waits for the commit in flight, if there is one. */
  private void finishCommit() throws InterruptedException {
    if (!committer.isInFlight()) {
      return;
    }
    try {
      committer.await();
    } catch (KafkaException e) {
      onLostTransaction(e.getMessage());
      return;
    }
    long nowMs = clock.epochMs();
    estimating.forEach(announced -> meters.onFirstEstimate(nowMs - announced.announcedMs()));
    estimating = List.of();
    audit.accept(committing);
    committing = List.of();
    meters.onCommitted();
  }

  private List<ScoreSums> sums(List<ScoreSums.Builder> estimates) {
    long nowMs = clock.epochMs();
    List<ScoreSums.Builder> drafts = new ArrayList<>(scorer.sums());
    drafts.addAll(estimates);
    List<Sessions.Refusal> refusals = sessions.takeRefusals();
    refusals.forEach(refusal -> meters.onUnloadable());
    boolean reported = refusals.isEmpty();
    for (PartitionState state : states.values()) {
      if (state.hasReport() || !reported) {
        ScoreSums.Builder report = state.report(nowMs);
        if (!reported) {
          refusals.forEach(
              refusal ->
                  report.addUnloadable(
                      Unloadable.newBuilder()
                          .setCheckpointId(refusal.id().text())
                          .setReason(refusal.reason())));
          reported = true;
        }
        drafts.add(report);
      }
    }
    return drafts.stream().map(draft -> draft.setScoredMs(nowMs).build()).toList();
  }

  /** Drops everything that is not committed. */
  private void onLostTransaction(@Nullable String reason) {
    log.atWarn()
        .addKeyValue("reason", reason)
        .log("a transaction was lost; scoring resumes at the committed offsets");
    meters.onLostTransaction();
    states.clear();
    scorer.clear();
    committing = List.of();
    estimating = List.of();
    epoch.incrementAndGet();
    reopen();
  }

  private void reopen() {
    while (!stopping) {
      try {
        committer.open();
        return;
      } catch (KafkaException e) {
        log.atWarn()
            .addKeyValue("reason", e.getMessage())
            .log("transactions are not available yet, retrying");
      }
    }
  }

  private boolean isOver(long sinceNanos, long nanos) {
    return clock.nanos() - sinceNanos >= nanos;
  }
}
