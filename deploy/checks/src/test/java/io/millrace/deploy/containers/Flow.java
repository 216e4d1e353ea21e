package io.millrace.deploy.containers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.demo.Flight;
import io.millrace.local.demo.Flights;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.features.InputSpec;
import io.millrace.schemas.features.TrainBatchReader;
import io.millrace.schemas.holdout.Holdout;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.topics.CommittedReader;
import io.millrace.schemas.topics.TopicEnd;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The main flow as its topics show it, on one partition and with full batches only: so the train
 * log, and with it the weights, are the same in every run, whatever went wrong in between.
 */
final class Flow {
  static final int SAMPLES = 12_000;
  static final int STEPS = 210; // of 50: 10,500 samples; more than that are not held out
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** What every run must come to. */
  record Outcome(List<Long> trained, String weightsSha256) {}

  private final Map<String, String> kafka;
  private final PipelineConfig config;
  private final TopicNames topics;

  /**
   * @param kafka client properties for this machine
   */
  Flow(Map<String, String> kafka, int replicas) throws IOException {
    this.kafka = kafka;
    try (InputStream yaml =
        Objects.requireNonNull(Flow.class.getResourceAsStream("/flights.yaml"))) {
      this.config =
          new PipelineLoader(Map.of(), List.of("topics.replication_factor=" + replicas))
              .load(new String(yaml.readAllBytes(), UTF_8), Path.of("."))
              .config();
    }
    this.topics = new TopicNames(config.pipeline());
  }

  PipelineConfig config() {
    return config;
  }

  void createTopics() throws Exception {
    try (Admin admin = Admin.create(new HashMap<String, Object>(kafka))) {
      NewTopic samples =
          new NewTopic(config.samples().topic(), 1, (short) config.topics().replicationFactor());
      admin.createTopics(List.of(samples)).all().get();
      Topics.create(admin, TopicPlan.of(config));
    }
  }

  /** Flights from the n-th on, each acknowledged by all replicas in sync. */
  void produce(int from, int to) throws IOException {
    Map<String, Object> properties = new HashMap<>(kafka);
    properties.put("acks", "all");
    var bytes = new ByteArraySerializer();
    ObjectMapper json = new ObjectMapper();
    try (Flights flights = Flights.ofJanuary2001();
        var producer = new KafkaProducer<>(properties, bytes, bytes)) {
      for (int i = 0; i < to; i++) {
        Flight flight = flights.next();
        if (i >= from) {
          Map<String, Object> fields =
              Map.of(
                  "scheduled", flight.scheduled(),
                  "origin", flight.origin(),
                  "destination", flight.destination(),
                  "distance_miles", flight.distanceMiles(),
                  "arrival_delay_minutes", flight.arrivalDelayMinutes());
          var unused =
              producer.send(
                  new ProducerRecord<>(
                      config.samples().topic(), 0, null, json.writeValueAsBytes(fields)));
        }
      }
      producer.flush();
    }
  }

  /** Waits until a checkpoint at or beyond this step is announced. */
  Checkpoint awaitStep(long step) {
    List<Checkpoint> found = new ArrayList<>();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              found.clear();
              newest().filter(checkpoint -> checkpoint.getStep() >= step).ifPresent(found::add);
              return !found.isEmpty();
            });
    return found.get(0);
  }

  private Optional<Checkpoint> newest() {
    List<Checkpoint> all = new ArrayList<>();
    read(
        topics.checkpoints(),
        record -> {
          if (record.value() != null) {
            all.add(parse(() -> Checkpoint.parseFrom(record.value())));
          }
        });
    return all.stream().reduce((a, b) -> a.getStep() <= b.getStep() ? b : a);
  }

  /** Waits until all samples are accounted for by scoring's reports. */
  void awaitScored(long samples) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(consumed()).isEqualTo(samples));
  }

  private long consumed() {
    long[] sum = new long[1];
    read(
        topics.scoreSums(),
        record -> sum[0] += parse(() -> ScoreSums.parseFrom(record.value())).getConsumed());
    return sum[0];
  }

  /** Once the last step is announced. */
  Outcome outcome() {
    Checkpoint last = awaitStep(STEPS);
    TrainBatchReader reader = new TrainBatchReader(InputSpec.of(config.features()));
    List<Long> trained = new ArrayList<>();
    read(
        topics.trainLog(),
        record -> {
          var batch = (TrainBatchReader.Read.Batch) reader.read(record.value());
          for (int i = 0; i < batch.view().size(); i++) {
            trained.add(batch.view().offset(i));
          }
        });
    return new Outcome(trained, last.getWeightsSha256());
  }

  /**
   * The offsets that must be in the log, each once, in order: full batches of what is not held out.
   */
  List<Long> expectedTrained() {
    Holdout holdout = new Holdout(config.holdout());
    List<Long> expected = new ArrayList<>();
    for (long offset = 0; offset < SAMPLES; offset++) {
      if (!holdout.includes(null, 0, 0, offset)) {
        expected.add(offset);
      }
    }
    int batch = config.training().perDeviceTrainBatchSize();
    return expected.subList(0, expected.size() / batch * batch);
  }

  private void read(String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
    try (KafkaConsumer<byte[], byte[]> consumer = CommittedReader.open(kafka)) {
      TopicEnd.read(consumer, new TopicPartition(topic, 0), Duration.ofSeconds(60), each);
    }
  }

  private static <T> T parse(java.util.concurrent.Callable<T> parser) {
    try {
      return parser.call();
    } catch (Exception e) {
      throw new IllegalStateException("not a message of the contract", e);
    }
  }
}
