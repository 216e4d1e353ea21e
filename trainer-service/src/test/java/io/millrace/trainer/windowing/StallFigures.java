package io.millrace.trainer.windowing;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.TrainBatchReader;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import io.millrace.trainer.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Prints how long the train log stalls after kill -9 of windowing in the middle of a transaction,
 * under default settings, while 2,000 samples/s arrive on 4 partitions: until a reader of committed
 * records sees a batch that was closed after the kill, and until it has seen one of each partition.
 * Arguments: instances, kills, the broker's interval for aborting in ms.
 */
public final class StallFigures {
  private static final int PARTITIONS = 4;

  private StallFigures() {}

  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) throws Exception {
    int instances = Integer.parseInt(arguments[0]);
    int kills = Integer.parseInt(arguments[1]);
    Path directory = Files.createTempDirectory("stall");
    try (EmbeddedBroker broker =
            EmbeddedBroker.builder()
                .property(
                    "transaction.abort.timed.out.transaction.cleanup.interval.ms", arguments[2])
                .start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Path pipeline = directory.resolve("pipeline.yaml");
      Files.writeString(
          pipeline,
          """
          pipeline: stall
          kafka: {bootstrap.servers: "%s"}
          samples: {topic: samples}
          features: [{name: x, type: number}]
          label: {type: threshold, field: y, above: 0.5}
          model: {recipe: linear}
          training: {batch_max_wait: 100ms}
          """
              .formatted(broker.bootstrapServers()));
      PipelineConfig config = new PipelineLoader(Map.of(), List.of()).load(pipeline).config();
      admin.createTopics(List.of(new NewTopic("samples", PARTITIONS, (short) 1))).all().get();
      Topics.create(admin, TopicPlan.of(config));
      List<Long> first = new ArrayList<>();
      List<Long> all = new ArrayList<>();
      var clock = Executors.newSingleThreadScheduledExecutor();
      try (var producer = producer(broker);
          Consumer<byte[], byte[]> reader = CommittedReader.open(config.kafka())) {
        var unused =
            clock.scheduleAtFixedRate(() -> produce(producer), 0, 10, TimeUnit.MILLISECONDS);
        TopicPartition log = new TopicPartition(new TopicNames("stall").trainLog(), 0);
        reader.assign(List.of(log));
        reader.seekToBeginning(List.of(log));
        Deque<Process> running = new ArrayDeque<>();
        for (int i = 0; i < instances; i++) {
          running.add(
              ChildProcess.start(WindowingProcess.class, pipeline, directory.resolve("log")));
        }
        long[] times = new long[2];
        recovered(reader, config, System.currentTimeMillis() + 20_000, times);
        for (int kill = 0; kill < kills; kill++) {
          awaitOpenTransaction(admin, log);
          long killedMs = System.currentTimeMillis();
          running.remove().destroyForcibly().waitFor();
          running.add(
              ChildProcess.start(WindowingProcess.class, pipeline, directory.resolve("log")));
          recovered(reader, config, killedMs, times);
          first.add(times[0]);
          all.add(times[1]);
          System.out.printf("kill %d: first %d ms, all %d ms%n", kill + 1, times[0], times[1]);
          recovered(reader, config, System.currentTimeMillis() + 15_000, times);
        }
        for (Process process : running) {
          process.destroyForcibly().waitFor();
        }
      } finally {
        clock.shutdownNow();
      }
      System.out.printf(
          "%d instances, abort interval %s ms, %d kills: first %s, all %s%n",
          instances, arguments[2], kills, spread(first), spread(all));
    }
  }

  private static String spread(List<Long> ms) {
    Collections.sort(ms);
    return "%.1f s (%.1f to %.1f)"
        .formatted(ms.get(ms.size() / 2) / 1e3, ms.get(0) / 1e3, ms.get(ms.size() - 1) / 1e3);
  }

  /** Reads on until each partition has a batch that was closed after a time. */
  private static void recovered(
      Consumer<byte[], byte[]> reader, PipelineConfig config, long afterMs, long[] times) {
    TrainBatchReader batches = new TrainBatchReader(InputSpec.of(config.features()));
    Set<Integer> seen = new TreeSet<>();
    times[0] = 0;
    while (seen.size() < PARTITIONS) {
      for (var record : reader.poll(Duration.ofMillis(10))) {
        if (record.timestamp() > afterMs) {
          var view = ((TrainBatchReader.Read.Batch) batches.read(record.value())).view();
          seen.add(view.partition().partition());
          times[0] = times[0] == 0 ? System.currentTimeMillis() - afterMs : times[0];
        }
      }
    }
    times[1] = System.currentTimeMillis() - afterMs;
  }

  private static void awaitOpenTransaction(Admin admin, TopicPartition log) throws Exception {
    while (admin
        .describeProducers(List.of(log))
        .partitionResult(log)
        .get()
        .activeProducers()
        .stream()
        .noneMatch(producer -> producer.currentTransactionStartOffset().isPresent())) {
      Thread.onSpinWait();
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(EmbeddedBroker broker) {
    var bytes = new ByteArraySerializer();
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers()), bytes, bytes);
  }

  private static void produce(KafkaProducer<byte[], byte[]> producer) {
    for (int i = 0; i < 20; i++) {
      var unused =
          producer.send(
              new ProducerRecord<>("samples", i % PARTITIONS, null, WindowingPipelines.sample(i)));
    }
  }
}
