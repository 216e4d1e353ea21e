package io.millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.millrace.broker.EmbeddedBroker;
import io.millrace.eval.scoring.Scoring;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.features.SampleDecoder;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Field;
import io.millrace.schemas.proto.Numbers;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.Promotion.Decision;
import io.millrace.schemas.proto.Sample;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.store.CheckpointStores;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import io.millrace.trainer.graph.Recipes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Compares scoring with its two parts alone on the same samples: a session that receives prepared
 * tensors, and a consumer that only polls. Each round of scoring is a pipeline of its own. Samples
 * are 50 numbers in protobuf, about 240 bytes: JSON would take longer to parse than to poll and
 * score.
 */
public final class ScoringBench {
  private static final int PARTITIONS = 4;
  private static final int ROUNDS = 5;

  /*
   * Each round starts new clients, and code that runs once per commit, batch or fetch is compiled only after minutes; in the
   * first rounds the compiler takes a quarter of both cores. A service runs for weeks: its speed after that matters.
   */
  private static final int WARM_UPS = 7;
  private static final int SAMPLES = 6_000_000;
  private static final long SESSION_NANOS = 2_000_000_000L;

  /** The share of samples that is timed; the start-up of the clients is left out. */
  private static final double MEASURED_TO = 0.98;

  private static final int NUMBERS = 50;
  private static final String TOPIC = "bench.samples";
  private static final String YAML =
      """
      pipeline: bench
      samples: {topic: bench.samples, format: protobuf}
      features: [{name: numbers, type: array, size: 50}]
      label: {type: threshold, field: y, above: 0.5}
      holdout: {share: 0.1, by: offset}
      model: {recipe: mlp, hidden: [64, 32]}
      """;

  /**
   * Samples per second.
   *
   * @param consumer fetches as much at once as scoring, with Kafka's default socket buffer
   * @param tunedConsumer as above, but also with scoring's socket buffer
   * @param three Millrace with three checkpoints
   */
  public record ScoringFigures(
      RoundRates millrace,
      RoundRates session,
      RoundRates consumer,
      RoundRates tunedConsumer,
      RoundRates three) {}

  /** Ratio of the medians: Millrace over the slower of its parts. */
  public record ScoringResult(ScoringFigures samplesPerSecond, double ratio, int evalBatchSize) {}

  private final EmbeddedBroker broker;
  private final Admin admin;
  private final Path directory;

  private ScoringBench(EmbeddedBroker broker, Admin admin, Path directory) {
    this.broker = broker;
    this.admin = admin;
    this.directory = directory;
  }

  /**
   * Takes about three minutes.
   *
   * @param progress receives the name of each phase
   */
  public static ScoringResult run(Consumer<String> progress) throws Exception {
    Path directory = Files.createTempDirectory("millrace-bench-");
    try (EmbeddedBroker broker = EmbeddedBroker.start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      return new ScoringBench(broker, admin, directory).measure(progress);
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private ScoringResult measure(Consumer<String> progress) throws Exception {
    progress.accept("producing " + SAMPLES + " samples");
    produce();
    List<Double> millrace = new ArrayList<>();
    List<Double> session = new ArrayList<>();
    List<Double> consumer = new ArrayList<>();
    List<Double> tuned = new ArrayList<>();
    List<Double> three = new ArrayList<>();
    int evalBatchSize = 0;
    for (int round = 1 - WARM_UPS; round <= ROUNDS; round++) {
      progress.accept(round <= 0 ? "warming up" : "round " + round + " of " + ROUNDS);
      String name = "-" + (round + WARM_UPS);
      LoadedPipeline one = pipeline("scoring" + name);
      evalBatchSize = one.config().evaluation().perDeviceEvalBatchSize();
      double[] rates = {
        scoring(one, 1),
        session(one),
        consumer(one, Map.of()),
        consumer(one, Map.of("receive.buffer.bytes", -1)),
        scoring(pipeline("three" + name), 3)
      };
      if (round > 0) {
        millrace.add(rates[0]);
        session.add(rates[1]);
        consumer.add(rates[2]);
        tuned.add(rates[3]);
        three.add(rates[4]);
      }
    }
    ScoringFigures figures =
        new ScoringFigures(
            RoundRates.of(millrace),
            RoundRates.of(session),
            RoundRates.of(consumer),
            RoundRates.of(tuned),
            RoundRates.of(three));
    double slower = Math.min(figures.session().median(), figures.consumer().median());
    return new ScoringResult(figures, figures.millrace().median() / slower, evalBatchSize);
  }

  /** Measures as a reader of committed score sums. */
  private double scoring(LoadedPipeline pipeline, int checkpoints) throws Exception {
    announce(pipeline, checkpoints);
    try (CheckpointStore store = CheckpointStores.open(pipeline);
        Meters meters = new Meters();
        Scoring running = Scoring.start(pipeline, store, meters, new Readiness());
        KafkaConsumer<byte[], byte[]> sums = CommittedReader.open(pipeline.config().kafka())) {
      var topic = new TopicPartition(new TopicNames(pipeline.config().pipeline()).scoreSums(), 0);
      sums.assign(List.of(topic));
      sums.seekToBeginning(List.of(topic));
      long startNanos = 0;
      long startCount = 0;
      long count = 0;
      while (count < MEASURED_TO * SAMPLES) {
        for (var record : sums.poll(Duration.ofMillis(20))) {
          count += ScoreSums.parseFrom(record.value()).getConsumed();
        }
        if (startNanos == 0 && count > 0) {
          startNanos = System.nanoTime();
          startCount = count;
        }
        if (running.end().isDone()) {
          running.end().join();
        }
      }
      return (count - startCount) * 1e9 / (System.nanoTime() - startNanos);
    }
  }

  /** One session on prepared tensors, with as many rows and threads as scoring uses. */
  private static double session(LoadedPipeline pipeline) throws OrtException {
    int rows = pipeline.config().evaluation().perDeviceEvalBatchSize();
    Rows samples = decoded(pipeline, rows);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(pipeline.config().evaluation().threads());
      options.setInterOpNumThreads(1);
      for (int i = 0; i < samples.inputs().size(); i++) {
        InputSpec input = samples.inputs().get(i);
        long[] shape = {rows, input.width()};
        int length = rows * input.width();
        tensors.put(
            input.name(),
            input.integer()
                ? OnnxTensor.createTensor(environment, samples.integers(i).slice(0, length), shape)
                : OnnxTensor.createTensor(environment, samples.floats(i).slice(0, length), shape));
      }
      try (OrtSession session = environment.createSession(model(pipeline, 0), options)) {
        long count = 0;
        long startNanos = System.nanoTime();
        while (System.nanoTime() - startNanos < SESSION_NANOS) {
          session.run(tensors).close();
          count += rows;
        }
        return count * 1e9 / (System.nanoTime() - startNanos);
      }
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private static Rows decoded(LoadedPipeline pipeline, int count) {
    SampleDecoder decoder = new SampleDecoder(pipeline.config());
    Rows rows = decoder.rows(count);
    for (int i = 0; i < count; i++) {
      if (decoder.decode(sample(i), 0, rows, i) != null) {
        throw new IllegalStateException("the bench's own samples do not decode");
      }
    }
    return rows;
  }

  private double consumer(LoadedPipeline pipeline, Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("max.poll.records", 4_000);
    settings.put("max.partition.fetch.bytes", 2 << 20);
    try (KafkaConsumer<byte[], byte[]> consumer =
        CommittedReader.open(pipeline.config().kafka(), settings)) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (int i = 0; i < PARTITIONS; i++) {
        partitions.add(new TopicPartition(pipeline.config().samples().topic(), i));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long startNanos = 0;
      long startCount = 0;
      long count = 0;
      while (count < MEASURED_TO * SAMPLES) {
        count += consumer.poll(Duration.ofMillis(20)).count();
        if (startNanos == 0 && count > 0) {
          startNanos = System.nanoTime();
          startCount = count;
        }
      }
      return (count - startCount) * 1e9 / (System.nanoTime() - startNanos);
    }
  }

  /** Announces the latest checkpoint; if there are three, also the champion and a challenger. */
  private void announce(LoadedPipeline pipeline, int checkpoints) throws Exception {
    TopicNames topics = new TopicNames(pipeline.config().pipeline());
    var bytes = new ByteArraySerializer();
    Map<String, Object> kafka = new HashMap<>(pipeline.config().kafka());
    try (CheckpointStore store = CheckpointStores.open(pipeline);
        var producer = new KafkaProducer<>(kafka, bytes, bytes)) {
      for (int i = 0; i < checkpoints; i++) {
        String id = "%012d-1.0".formatted(i);
        Checkpoint checkpoint =
            Checkpoint.newBuilder()
                .setId(id)
                .setStep(i)
                .setModel(store.publish(id, Map.of("model.onnx", model(pipeline, i))).get(0))
                .build();
        producer
            .send(
                new ProducerRecord<>(
                    topics.checkpoints(), id.getBytes(UTF_8), checkpoint.toByteArray()))
            .get();
      }
      for (int i = 0; i < checkpoints - 1; i++) {
        Promotion decision =
            Promotion.newBuilder()
                .setDecision(i == 0 ? Decision.PROMOTED : Decision.TRIAL)
                .setCheckpointId("%012d-1.0".formatted(i))
                .build();
        producer
            .send(
                new ProducerRecord<>(
                    topics.promotions(),
                    pipeline.config().pipeline().getBytes(UTF_8),
                    decision.toByteArray()))
            .get();
      }
    }
  }

  private static byte[] model(LoadedPipeline pipeline, long seed) {
    var model = pipeline.config().model();
    return Recipes.mlp(
        InputSpec.of(pipeline.config().features()), model.embedding(), model.hidden(), 1, seed);
  }

  private LoadedPipeline pipeline(String name) {
    List<String> sets =
        List.of(
            "pipeline=" + name,
            "kafka.bootstrap.servers=" + broker.bootstrapServers(),
            "checkpoint.store=" + directory.resolve(name));
    LoadedPipeline pipeline = new PipelineLoader(Map.of(), sets).load(YAML, Path.of("."));
    Topics.create(admin, TopicPlan.of(pipeline.config()));
    return pipeline;
  }

  private void produce() {
    SamplesTopic.fill(broker, admin, TOPIC, PARTITIONS, SAMPLES, ScoringBench::sample);
  }

  private static byte[] sample(int i) {
    Random random = new Random(i);
    Numbers.Builder numbers = Numbers.newBuilder();
    for (int n = 0; n < NUMBERS; n++) {
      numbers.addValues(random.nextFloat() * 2 - 1);
    }
    return Sample.newBuilder()
        .addFields(Field.newBuilder().setName("numbers").setNumbers(numbers))
        .addFields(Field.newBuilder().setName("y").setNumber(i % 3 == 0 ? 1 : 0))
        .build()
        .toByteArray();
  }
}
