package io.millrace.trainer.checkpoint;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.promotions.InUse;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.topics.TopicNames;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes checkpoints that nobody needs, and the train log before the oldest kept one. Confined to
 * one thread; consumer and admin client stay the caller's.
 */
public final class Retention {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);
  private static final long EVERY_MS = 1000;

  private final Keeping keeping;
  private final CheckpointStore store;
  private final Announcer announcer;
  private final Admin admin;
  private final Consumer<byte[], byte[]> promotions;
  private final TopicPartition promotionsLog;
  private final TopicPartition trainLog;
  private final Clock clock;
  private final List<Checkpoint> announced;
  private InUse inUse = InUse.NONE;
  private long lastMs;
  private long trimmedTo;

  /**
   * @param promotions {@code read_committed}, assigned to the promotions topic by this
   * @param announced those that are there, oldest first
   */
  public Retention(
      Keeping keeping,
      CheckpointStore store,
      Announcer announcer,
      Admin admin,
      Consumer<byte[], byte[]> promotions,
      TopicNames topics,
      List<Checkpoint> announced,
      Clock clock) {
    this.keeping = keeping;
    this.store = store;
    this.announcer = announcer;
    this.admin = admin;
    this.promotions = promotions;
    this.promotionsLog = new TopicPartition(topics.promotions(), 0);
    this.trainLog = new TopicPartition(topics.trainLog(), 0);
    this.announced = new ArrayList<>(announced);
    this.clock = clock;
    promotions.assign(List.of(promotionsLog));
    promotions.seekToBeginning(List.of(promotionsLog));
  }

  /** Deletes directories that no announcement names: what a trainer before left unfinished. */
  public void deleteUnannounced() {
    Set<String> known = new HashSet<>();
    announced.forEach(checkpoint -> known.add(checkpoint.getId()));
    for (String directory : store.directories()) {
      if (!known.contains(directory)) {
        log.atInfo().addKeyValue("directory", directory).log("deleted, it was never announced");
        store.delete(directory);
      }
    }
  }

  /** To be called after an announcement; looks at most once per second. */
  public void onAnnounced(Checkpoint checkpoint) {
    announced.add(checkpoint);
    long nowMs = clock.millis();
    if (nowMs - lastMs < EVERY_MS) {
      return;
    }
    lastMs = nowMs;
    readPromotions();
    List<Checkpoint> gone = keeping.deletable(announced, inUse, clock.instant());
    if (!gone.isEmpty()) {
      announcer.withdraw(gone);
      announced.removeAll(gone);
      gone.forEach(old -> store.delete(old.getId()));
      trim();
    }
  }

  /** To the end that the topic has now: a decision not yet seen may name a checkpoint. */
  private void readPromotions() {
    long end = promotions.endOffsets(List.of(promotionsLog)).getOrDefault(promotionsLog, 0L);
    while (promotions.position(promotionsLog) < end) {
      promotions
          .poll(Duration.ofMillis(100))
          .forEach(record -> inUse = record.value() == null ? inUse : after(record.value()));
    }
  }

  private InUse after(byte[] value) {
    try {
      return inUse.after(Promotion.parseFrom(value));
    } catch (InvalidProtocolBufferException e) {
      log.atWarn().setCause(e).log("not a promotion, ignored");
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
