package io.millrace.trainer.checkpoint;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.kafka.TopicRead;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.ops.LogThrottle;
import io.millrace.schemas.promotions.InUse;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.time.Clock;
import io.millrace.schemas.topics.TopicNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes checkpoints that are no longer needed, and the train log before the oldest remaining one.
 * Deletes nothing before the withdrawal has committed. Confined to one thread; the consumer and the
 * admin client remain the caller's.
 */
public final class Retention {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Keeping keeping;
  private final CheckpointStore store;
  private final Admin admin;
  private final Consumer<byte[], byte[]> promotions;
  private final TopicPartition promotionsLog;
  private final TopicPartition trainLog;
  private final Clock clock;
  private final List<Checkpoint> announced;
  private final Set<CheckpointId> damaged;
  private final LogThrottle unreadable = new LogThrottle();
  private InUse inUse = InUse.NONE;
  private long lastNanos;
  private long trimmedTo;

  /**
   * @param promotions {@code read_committed}, this assigns the promotions topic to it
   * @param announced the announced checkpoints, oldest first
   * @param damaged ids of the announced checkpoints that cannot be resumed from
   */
  public Retention(
      Keeping keeping,
      CheckpointStore store,
      Admin admin,
      Consumer<byte[], byte[]> promotions,
      TopicNames topics,
      List<Checkpoint> announced,
      Set<CheckpointId> damaged,
      Clock clock) {
    this.keeping = keeping;
    this.store = store;
    this.admin = admin;
    this.promotions = promotions;
    this.promotionsLog = new TopicPartition(topics.promotions(), 0);
    this.trainLog = new TopicPartition(topics.trainLog(), 0);
    this.announced = new ArrayList<>(announced);
    this.damaged = Set.copyOf(damaged);
    this.clock = clock;
    this.lastNanos = clock.nanos() - EVERY_NANOS;
    promotions.assign(List.of(promotionsLog));
    promotions.seekToBeginning(List.of(promotionsLog));
  }

  /**
   * Deletes directories that earlier trainers left unfinished or unannounced. Must be called only
   * after something was published in this term: only then is it certain that the leader read the
   * announcements. Keeps directories of a later term or of another topic.
   */
  public void deleteUnannounced(CheckpointId.Term mine) {
    Set<String> known = new HashSet<>();
    announced.forEach(checkpoint -> known.add(checkpoint.getId()));
    Predicate<String> isLeftBehind =
        directory ->
            CheckpointId.tryOf(directory)
                .flatMap(CheckpointId::term)
                .filter(term -> term.isBefore(mine))
                .isPresent();
    store.deleteUnfinished(isLeftBehind);
    List<String> foreign = new ArrayList<>();
    for (String directory : store.directories()) {
      if (known.contains(directory)) {
        continue;
      }
      if (isLeftBehind.test(directory)) {
        log.atInfo()
            .addKeyValue("directory", directory)
            .log("a directory that was never announced was deleted");
        store.delete(directory);
      } else {
        foreign.add(directory);
      }
    }
    if (!foreign.isEmpty()) {
      log.atWarn()
          .addKeyValue("store", store.location())
          .addKeyValue("directories", foreign)
          .log("directories that were never announced; delete them if no other pipeline uses them");
    }
  }

  /**
   * The checkpoints to withdraw with this announcement: damaged ones that training has passed and,
   * at most once per second, those in excess of the limit.
   */
  List<Checkpoint> toWithdrawWith(Checkpoint next) {
    List<Checkpoint> passed = announced.stream().filter(old -> isPassed(old, next)).toList();
    long nowNanos = clock.nanos();
    boolean isTime = nowNanos - lastNanos >= EVERY_NANOS;
    if (passed.isEmpty() && !isTime) {
      return List.of();
    }
    readPromotions();
    Set<Checkpoint> gone = new LinkedHashSet<>();
    passed.stream().filter(old -> !inUse.ids().contains(old.getId())).forEach(gone::add);
    if (isTime) {
      lastNanos = nowNanos;
      List<Checkpoint> all = new ArrayList<>(announced);
      all.add(next);
      gone.addAll(keeping.deletable(all, inUse, Instant.ofEpochMilli(clock.epochMs())));
    }
    return List.copyOf(gone);
  }

  /**
   * A damaged checkpoint is kept until training has passed it: until then its offset shows which
   * dead letters were published with it.
   */
  private boolean isPassed(Checkpoint old, Checkpoint next) {
    return damaged.contains(CheckpointId.of(old.getId()))
        && old.getTrainLogOffset() <= next.getTrainLogOffset();
  }

  /** Must be called after the announcement has committed. */
  void onAnnounced(Checkpoint next, List<Checkpoint> withdrawn) {
    announced.add(next);
    if (!withdrawn.isEmpty()) {
      announced.removeAll(withdrawn);
      withdrawn.forEach(old -> store.delete(old.getId()));
      trim();
    }
  }

  /**
   * Reads to the current end of the topic: a decision that was not read yet may name a checkpoint.
   */
  private void readPromotions() {
    new TopicRead<>(promotions)
        .readToEnd(record -> inUse = record.value() == null ? inUse : after(record.value()));
  }

  private InUse after(byte[] value) {
    try {
      return inUse.after(Promotion.parseFrom(value));
    } catch (InvalidProtocolBufferException e) {
      unreadable
          .tryLog(clock.nanos())
          .ifPresent(
              unlogged ->
                  log.atWarn()
                      .setCause(e)
                      .addKeyValue("unlogged", unlogged)
                      .log("a record is not a promotion, ignored"));
      return inUse;
    }
  }

  private void trim() {
    long oldest = announced.stream().mapToLong(Checkpoint::getTrainLogOffset).min().orElse(0);
    if (oldest > trimmedTo) {
      trimmedTo = oldest;
      admin
          .deleteRecords(Map.of(trainLog, RecordsToDelete.beforeOffset(oldest)))
          .all()
          .whenComplete(
              (done, failure) -> {
                if (failure != null) {
                  log.atWarn().setCause(failure).log("the train log could not be trimmed");
                }
              });
    }
  }
}
