package io.millrace.trainer.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.kafka.Answers;
import io.millrace.schemas.kafka.Transactions;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.proto.TrainProgress;
import io.millrace.schemas.topics.DeadLetterRecord;
import io.millrace.schemas.topics.GroupNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The trainer's only producer. It publishes announcements, dead letters and progress in
 * transactions, under one transactional id per pipeline. Opening it fences the previous owner of
 * that id.
 *
 * <p>Confined to one thread at a time. Every method that publishes throws {@link FencedException}
 * once another trainer has taken over; nothing of that call is then committed.
 */
public final class Announcer implements AutoCloseable {
  private final Producer<byte[], byte[]> producer;
  private final AnnouncerTopics topics;
  private final CheckpointId.Term term;

  /** The topics to which it publishes. */
  public record AnnouncerTopics(String checkpoints, String deadLetters, String progress) {}

  private Announcer(
      Producer<byte[], byte[]> producer, AnnouncerTopics topics, CheckpointId.Term term) {
    this.producer = producer;
    this.topics = topics;
    this.term = term;
  }

  /**
   * Takes over the pipeline's transactional id. Only after something was published is it certain
   * that {@link #term} is this process's own: a process that was halted in between reads its
   * successor's term.
   *
   * @param kafka client properties, to which those for exactly-once are added
   */
  public static Announcer takeOver(
      Map<String, Object> kafka, Admin admin, String pipeline, AnnouncerTopics topics) {
    String transactionalId = new GroupNames(pipeline).trainer();
    Map<String, Object> properties = new HashMap<>(kafka);
    // the broker refuses a transaction until the previous one has completed; retry soon
    properties.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 5);
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 10_000);
    var producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
      return new Announcer(producer, topics, term(admin, transactionalId, topics.checkpoints()));
    } catch (RuntimeException | Error e) {
      producer.close();
      if (isFencing(e)) {
        throw new FencedException(e);
      }
      throw e;
    }
  }

  /* Transactions also raise the epoch; this is the epoch that the takeover assigned. */
  private static CheckpointId.Term term(Admin admin, String transactionalId, String checkpoints) {
    TransactionDescription mine =
        Answers.await(
            admin.describeTransactions(List.of(transactionalId)).description(transactionalId),
            "the leader's term cannot be determined: transactional id "
                + transactionalId
                + " could not be described");
    long topicId =
        Answers.describe(admin, checkpoints, "pipeline").topicId().getMostSignificantBits();
    return new CheckpointId.Term(
        "%08x".formatted((int) (topicId >>> 32)), mine.producerId(), mine.producerEpoch());
  }

  /** The leader's term to which this announcer belongs. */
  public CheckpointId.Term term() {
    return term;
  }

  /** The id of a checkpoint at this step. Only this announcer uses it. */
  CheckpointId idAt(long step) {
    return CheckpointId.of(step, term);
  }

  /**
   * Announces a stored checkpoint with its dead letters, withdrawals and progress, in one
   * transaction.
   */
  void announce(Announcement announcement) {
    inTransaction(
        () -> {
          Checkpoint checkpoint = announcement.checkpoint();
          send(topics.checkpoints(), key(checkpoint), checkpoint.toByteArray());
          announcement.withdrawn().forEach(gone -> send(topics.checkpoints(), key(gone), null));
          for (DeadLetter letter : announcement.deadLetters()) {
            send(topics.deadLetters(), DeadLetterRecord.key(letter), letter.toByteArray());
          }
          send(announcement.progress());
        });
  }

  /** Publishes a progress report. */
  public void report(TrainProgress progress) {
    inTransaction(() -> send(progress));
  }

  private static byte[] key(Checkpoint checkpoint) {
    return checkpoint.getId().getBytes(UTF_8);
  }

  private void send(@Nullable TrainProgress progress) {
    if (progress != null) {
      send(topics.progress(), progress.getPipeline().getBytes(UTF_8), progress.toByteArray());
    }
  }

  private void send(String topic, byte[] key, byte @Nullable [] value) {
    // Failures surface in commitTransaction.
    var unused = producer.send(new ProducerRecord<>(topic, key, value));
  }

  private void inTransaction(Runnable sends) {
    try {
      producer.beginTransaction();
      sends.run();
      producer.commitTransaction();
    } catch (KafkaException e) {
      throw isFencing(e) ? new FencedException(e) : e;
    }
  }

  /**
   * Whether another trainer has fenced this one, or the coordinator has ended its transaction at
   * the timeout.
   */
  private static boolean isFencing(Throwable failure) {
    return Transactions.isFenced(failure) || Transactions.isEnded(failure);
  }

  @Override
  public void close() {
    producer.close(java.time.Duration.ofSeconds(2));
  }

  /**
   * The records of one announcement, which are published together or not at all.
   *
   * @param deadLetters of the samples that poisoned steps since the previous announcement
   * @param withdrawn checkpoints to withdraw; their files are deleted afterwards
   * @param progress the latest progress report, if one is waiting
   */
  record Announcement(
      Checkpoint checkpoint,
      List<DeadLetter> deadLetters,
      List<Checkpoint> withdrawn,
      @Nullable TrainProgress progress) {
    Announcement {
      deadLetters = List.copyOf(deadLetters);
      withdrawn = List.copyOf(withdrawn);
    }
  }
}
