package io.millrace.deploy.containers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.TrainBatchReader;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.kafka.TopicRead;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.proto.ScoreSums;
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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
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
  private static final Duration PATIENCE = Duration.ofMinutes(3);

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

  /** Records, each acknowledged by all replicas in sync. */
  void produce(List<byte[]> records) {
    Map<String, Object> properties = new HashMap<>(kafka);
    properties.put("acks", "all");
    var bytes = new ByteArraySerializer();
    var failures = new ArrayList<Exception>();
    try (var producer = new KafkaProducer<>(properties, bytes, bytes)) {
      for (byte[] record : records) {
        var unused =
            producer.send(
                new ProducerRecord<>(config.samples().topic(), 0, null, record),
                (place, why) -> {
                  if (why != null) {
                    failures.add(why);
                  }
                });
      }
      producer.flush();
    }
    assertThat(failures).isEmpty();
  }

  /** Waits until a checkpoint at or beyond this step is announced. */
  void awaitStep(long step) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> checkpoints().stream().anyMatch(checkpoint -> checkpoint.getStep() >= step));
  }

  /** Waits until the train log begins later than it once did. */
  void awaitTrimmedLog() {
    TopicPartition log = new TopicPartition(topics.trainLog(), 0);
    try (Admin admin = Admin.create(new HashMap<String, Object>(kafka))) {
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  admin
                          .listOffsets(Map.of(log, OffsetSpec.earliest()))
                          .partitionResult(log)
                          .get()
                          .offset()
                      > 0);
    }
  }

  /** Once training and scoring have dealt with all of these. */
  Outcome awaitOutcome(Slice slice) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              assertThat(checkpointsAt(slice.steps())).as("of the last step").isNotEmpty();
              assertThat(trained())
                  .as("trained")
                  .hasSizeGreaterThanOrEqualTo(slice.trained().size());
              assertThat(Scored.of(sums()).consumed())
                  .as("scored")
                  .isGreaterThanOrEqualTo(slice.size());
            });
    String weights = checkpointAt(slice.steps()).getWeightsSha256();
    return new Outcome(trained(), deadLetters(), Scored.of(sums()), weights);
  }

  /** The newest that was announced of this step. */
  Checkpoint checkpointAt(long step) {
    List<Checkpoint> found = checkpointsAt(step);
    return found.get(found.size() - 1);
  }

  private List<Checkpoint> checkpointsAt(long step) {
    return checkpoints().stream().filter(checkpoint -> checkpoint.getStep() == step).toList();
  }

  private List<Checkpoint> checkpoints() {
    return read(topics.checkpoints(), Checkpoint::parseFrom);
  }

  private List<ScoreSums> sums() {
    return read(topics.scoreSums(), ScoreSums::parseFrom);
  }

  private List<Long> deadLetters() {
    return read(topics.deadLetters(), bytes -> DeadLetter.parseFrom(bytes).getOffset());
  }

  private List<Long> trained() {
    TrainBatchReader reader = new TrainBatchReader(InputSpec.of(config.features()));
    return read(topics.trainLog(), bytes -> (TrainBatchReader.Read.Batch) reader.read(bytes))
        .stream()
        .flatMap(batch -> offsets(batch.view()))
        .toList();
  }

  private static Stream<Long> offsets(TrainBatchView batch) {
    return IntStream.range(0, batch.size()).mapToObj(batch::offset);
  }

  private <T> List<T> read(String topic, Parser<T> parser) {
    List<T> found = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = CommittedReader.open(kafka)) {
      new TopicRead<>(consumer)
          .readAll(
              List.of(new TopicPartition(topic, 0)),
              record -> {
                if (record.value() != null) {
                  found.add(parse(parser, record.value()));
                }
              });
    }
    return found;
  }

  private static <T> T parse(Parser<T> parser, byte[] bytes) {
    try {
      return parser.parse(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("not a message of the contract", e);
    }
  }

  private interface Parser<T> {
    T parse(byte[] bytes) throws InvalidProtocolBufferException;
  }
}
