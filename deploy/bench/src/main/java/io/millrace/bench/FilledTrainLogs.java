package io.millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.Timer;
import io.millrace.bench.training.BenchSetup;
import io.millrace.bench.training.TrainingBench;
import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.Answers;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.proto.TrainBatch;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.store.CheckpointStores;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import io.millrace.trainer.leading.TrainerLoop;
import io.millrace.trainer.windowing.SampleSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Runs the whole trainer, checkpoints included, on train logs that were filled beforehand. Each log
 * belongs to a pipeline of its own. Not thread-safe.
 */
public final class FilledTrainLogs implements AutoCloseable {
  /** The clock runs from the step at this share of all steps to the last one. */
  private static final double WARM = 0.1;

  private final Path stores;
  private final EmbeddedBroker broker;
  private final Admin admin;
  private int rounds;

  public FilledTrainLogs() throws IOException {
    stores = Files.createTempDirectory("millrace-bench");
    broker = EmbeddedBroker.start();
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  /**
   * Fills a log, trains from it, and returns the rate.
   *
   * @throws IllegalStateException if training stopped before the last step
   */
  public double stepsPerSecond(int batch) {
    int steps = TrainingBench.steps(batch);
    String name = "bench-training-" + ++rounds;
    LoadedPipeline pipeline =
        BenchSetup.pipeline(
            batch,
            List.of(
                "pipeline=" + name,
                "samples.topic=" + name + "-samples",
                "kafka.bootstrap.servers=" + broker.bootstrapServers(),
                "training.max_steps=" + steps,
                "checkpoint.store=" + stores.resolve(name)));
    fill(pipeline.config(), batch, steps);
    try (CheckpointStore store = CheckpointStores.open(pipeline);
        Meters meters = new Meters();
        TrainerLoop loop = TrainerLoop.start(pipeline, store, meters, new Readiness())) {
      return rate(meters.registry().get("millrace.training.step").timer(), loop, steps);
    }
  }

  private void fill(PipelineConfig config, int batch, int steps) {
    String samples = config.samples().topic();
    Answers.await(
        admin.createTopics(List.of(new NewTopic(samples, 1, (short) 1))).all(),
        "topic " + samples + " could not be created");
    Topics.create(admin, TopicPlan.of(config));
    SampleSource source = new SampleSource(admin, config);
    source.prepare(source.describe());
    String topicId = source.describe().topicId().toString();
    List<TrainBatch> messages = BenchSetup.of(batch).samples().messages(batch);
    String log = new TopicNames(config.pipeline()).trainLog();
    Map<String, Object> kafka =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 20);
    var bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<>(kafka, bytes, bytes)) {
      for (int i = 0; i < steps; i++) {
        TrainBatch.Builder message = messages.get(i % messages.size()).toBuilder();
        message.setTopic(samples).setTopicId(topicId).setFirstOffset((long) i * batch);
        message.setNextOffset((i + 1L) * batch);
        byte[] value = message.build().toByteArray();
        var unused = producer.send(new ProducerRecord<>(log, 0, "0".getBytes(UTF_8), value));
      }
      producer.flush();
    }
  }

  private static double rate(Timer taken, TrainerLoop loop, int steps) {
    long from = awaitCount(taken, loop, (long) (WARM * steps));
    long startNanos = System.nanoTime();
    awaitCount(taken, loop, steps);
    return (steps - from) / ((System.nanoTime() - startNanos) / 1e9);
  }

  private static long awaitCount(Timer taken, TrainerLoop loop, long count) {
    while (taken.count() < count) {
      if (loop.end().isDone() && taken.count() < count) {
        loop.end().join();
        throw new IllegalStateException("training ended after " + taken.count() + " steps");
      }
      LockSupport.parkNanos(100_000);
    }
    return taken.count();
  }

  @Override
  public void close() {
    admin.close();
    broker.close();
    try (Stream<Path> files = Files.walk(stores)) {
      files.sorted(Comparator.reverseOrder()).forEach(FilledTrainLogs::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
