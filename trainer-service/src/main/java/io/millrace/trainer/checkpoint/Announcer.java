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
 * The trainer's one voice on Kafka: all that it says, it says in transactions of one transactional
 * id per pipeline. To open it fences whoever had it before.
 *
 * <p>Confined to one thread at a time. Every method that says something throws {@link
 * FencedException} once another trainer has taken over; what was being said is then void.
 */
public final class Announcer implements AutoCloseable {
  private final Producer<byte[], byte[]> producer;
  private final AnnouncerTopics topics;
  private final CheckpointId.Term term;

  /** Where it speaks. */
  public record AnnouncerTopics(String checkpoints, String deadLetters, String progress) {}

  private Announcer(
      Producer<byte[], byte[]> producer, AnnouncerTopics topics, CheckpointId.Term term) {
    this.producer = producer;
    this.topics = topics;
    this.term = term;
  }

  /**
   * Takes over the pipeline's transactional id. Only once something was said is it sure that {@link
   * #term} is one's own: a process that was halted meanwhile would have been told its successor's.
   *
   * @param kafka client properties; this adds what exactly-once needs
   */
  public static Announcer takeOver(
      Map<String, Object> kafka, Admin admin, String pipeline, AnnouncerTopics topics) {
    String transactionalId = new GroupNames(pipeline).trainer();
    Map<String, Object> properties = new HashMap<>(kafka);
    // a transaction right after another is told to come again until the first is over
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

  /* Transactions raise the epoch too; this is the one that taking over gave. */
  private static CheckpointId.Term term(Admin admin, String transactionalId, String checkpoints) {
    TransactionDescription mine =
        Answers.await(
            admin.describeTransactions(List.of(transactionalId)).description(transactionalId),
            "the trainer that leads is not known: transactional id "
                + transactionalId
                + " could not be described");
    long topicId =
        Answers.describe(admin, checkpoints, "pipeline").topicId().getMostSignificantBits();
    return new CheckpointId.Term(
        "%08x".formatted((int) (topicId >>> 32)), mine.producerId(), mine.producerEpoch());
  }

  /** The time in which this one leads. */
  public CheckpointId.Term term() {
    return term;
  }

  /** The name of the checkpoint at this step, as only this announcer may use it. */
  CheckpointId idAt(long step) {
    return new CheckpointId(step, term);
  }

  /** Announces a checkpoint that is in the store, and what goes with it. */
  void announce(Announcement announcement) {
    inTransaction(
        () -> {
          Checkpoint checkpoint = announcement.checkpoint();
          send(topics.checkpoints(), key(checkpoint), checkpoint.toByteArray());
          announcement.withdrawn().forEach(gone -> send(topics.checkpoints(), key(gone), null));
          for (DeadLetter letter : announcement.setAside()) {
            send(topics.deadLetters(), DeadLetterRecord.key(letter), letter.toByteArray());
          }
          send(announcement.progress());
        });
  }

  /** Publishes where training stands. */
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

  /** By another trainer; or by the coordinator, which ended the transaction for its timeout. */
  private static boolean isFencing(Throwable failure) {
    return Transactions.isFenced(failure) || Transactions.isEnded(failure);
  }

  @Override
  public void close() {
    producer.close(java.time.Duration.ofSeconds(2));
  }

  /**
   * What is said at once, or not at all, when a checkpoint is whole.
   *
   * @param setAside samples that poisoned steps since the announcement before
   * @param withdrawn checkpoints that make room; their files are deleted after
   * @param progress where training stands, if that is due
   */
  record Announcement(
      Checkpoint checkpoint,
      List<DeadLetter> setAside,
      List<Checkpoint> withdrawn,
      @Nullable TrainProgress progress) {
    Announcement {
      setAside = List.copyOf(setAside);
      withdrawn = List.copyOf(withdrawn);
    }
  }
}
