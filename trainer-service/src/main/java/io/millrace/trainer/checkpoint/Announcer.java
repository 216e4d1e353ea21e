package io.millrace.trainer.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.proto.TrainProgress;
import io.millrace.schemas.topics.DeadLetterRecord;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The trainer's one voice on Kafka: all that it says, it says in transactions of one transactional
 * id per pipeline. To open it fences whoever had it before.
 *
 * <p>Confined to one thread at a time. Every method throws {@link FencedException} once another
 * trainer has taken over; what was being said is then void.
 */
public final class Announcer implements AutoCloseable {
  private static final long ADMIN_SECONDS = 30;

  private final Producer<byte[], byte[]> producer;
  private final Topics topics;
  private final TransactionDescription identity;

  /** Where it speaks. */
  public record Topics(String checkpoints, String deadLetters, String progress) {}

  private Announcer(
      Producer<byte[], byte[]> producer, Topics topics, TransactionDescription identity) {
    this.producer = producer;
    this.topics = topics;
    this.identity = identity;
  }

  /**
   * Takes over the pipeline's transactional id.
   *
   * @param kafka client properties; this adds what exactly-once needs
   */
  public static Announcer takeOver(
      Map<String, Object> kafka, Admin admin, String pipeline, Topics topics) {
    String transactionalId = pipeline + "-trainer";
    Map<String, Object> properties = new java.util.HashMap<>(kafka);
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 10_000);
    var producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
      return new Announcer(producer, topics, describe(admin, transactionalId));
    } catch (RuntimeException e) {
      producer.close();
      throw e;
    }
  }

  private static TransactionDescription describe(Admin admin, String transactionalId) {
    try {
      return admin
          .describeTransactions(List.of(transactionalId))
          .description(transactionalId)
          .get(ADMIN_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaException("cannot describe transactional id " + transactionalId, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new org.apache.kafka.common.errors.InterruptException(e);
    }
  }

  /** The name of the checkpoint at this step, as only this announcer may use it. */
  public CheckpointId idAt(long step) {
    return new CheckpointId(step, identity.producerId(), identity.producerEpoch());
  }

  /**
   * Announces a checkpoint that is in the store, and with it the samples set aside since the one
   * before.
   */
  public void announce(Checkpoint checkpoint, List<DeadLetter> setAside) {
    inTransaction(
        () -> {
          send(topics.checkpoints(), checkpoint.getId().getBytes(UTF_8), checkpoint.toByteArray());
          for (DeadLetter letter : setAside) {
            send(topics.deadLetters(), DeadLetterRecord.key(letter), letter.toByteArray());
          }
        });
  }

  /** Says that checkpoints are gone. To be called before their files are deleted. */
  public void withdraw(List<Checkpoint> checkpoints) {
    inTransaction(
        () ->
            checkpoints.forEach(
                gone -> send(topics.checkpoints(), gone.getId().getBytes(UTF_8), null)));
  }

  /** Publishes where training stands. */
  public void report(TrainProgress progress) {
    inTransaction(
        () ->
            send(
                topics.progress(), progress.getPipeline().getBytes(UTF_8), progress.toByteArray()));
  }

  private void send(String topic, byte[] key, byte @org.jspecify.annotations.Nullable [] value) {
    // Failures surface in commitTransaction.
    var unused = producer.send(new ProducerRecord<>(topic, key, value));
  }

  private void inTransaction(Runnable sends) {
    try {
      producer.beginTransaction();
      sends.run();
      producer.commitTransaction();
    } catch (ProducerFencedException | InvalidProducerEpochException e) {
      throw new FencedException(e);
    } catch (KafkaException e) {
      if (e.getCause() instanceof ProducerFencedException
          || e.getCause() instanceof InvalidProducerEpochException) {
        throw new FencedException(e);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    producer.close(java.time.Duration.ofSeconds(2));
  }
}
