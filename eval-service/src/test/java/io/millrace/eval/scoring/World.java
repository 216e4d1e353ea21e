package io.millrace.eval.scoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.kafka.TopicRead;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.lineage.SamplePartition;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.StoredFile;
import io.millrace.schemas.proto.TrainBatch;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.store.LocalCheckpointStore;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A pipeline with everything around scoring: samples, announcements and decisions like those of the
 * other parts, and the resulting sums. One per test, on a broker that may be shared.
 */
public final class World implements AutoCloseable {
  public final PipelineConfig config;
  final Path file;
  final LoadedPipeline pipeline;
  final LocalCheckpointStore store;
  public final Meters meters = new Meters();
  public final Readiness readiness = new Readiness();
  private final TopicNames topics;
  private final int partitions;
  private final String samples;
  private final String topicId;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;

  /**
   * @param name of the pipeline, unique on the broker
   * @param more lines of its pipeline.yaml
   */
  public World(EmbeddedBroker broker, Path directory, String name, int partitions, String more)
      throws IOException, ExecutionException, InterruptedException {
    this.partitions = partitions;
    this.samples = name + "-samples";
    this.file = Files.createDirectories(directory).resolve(name + ".yaml");
    Files.writeString(
        file,
        """
        pipeline: %s
        kafka: {bootstrap.servers: '%s', session.timeout.ms: 2000, heartbeat.interval.ms: 500, transaction.timeout.ms: 2000}
        features: [{name: x, type: number}]
        label: {type: threshold, field: y, above: 0.5}
        model: {recipe: linear}
        checkpoint: {store: %s}
        %s
        """
            .formatted(
                name,
                broker.bootstrapServers(),
                directory.resolve(name + "-store"),
                more.contains("samples:")
                    ? more.formatted(samples)
                    : "samples: {topic: " + samples + "}\n" + more));
    this.pipeline = new PipelineLoader(Map.of(), List.of()).load(file);
    this.config = pipeline.config();
    this.topics = new TopicNames(name);
    this.store = new LocalCheckpointStore(Path.of(pipeline.checkpointStore()));
    Map<String, Object> kafka =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", "2");
    this.admin = Admin.create(kafka);
    admin.createTopics(List.of(new NewTopic(samples, partitions, (short) 1))).all().get();
    Topics.create(admin, TopicPlan.of(config));
    this.topicId =
        Objects.requireNonNull(
                admin.describeTopics(List.of(samples)).allTopicNames().get().get(samples))
            .topicId()
            .toString();
    this.producer =
        new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** A broker that removes dead members within seconds. */
  public static EmbeddedBroker startBroker() {
    return EmbeddedBroker.builder()
        .property("group.initial.rebalance.delay.ms", "0")
        .property("group.min.session.timeout.ms", "1000")
        .property("transaction.abort.timed.out.transaction.cleanup.interval.ms", "200")
        .start();
  }

  Scoring start() {
    return Scoring.start(pipeline, store, meters, readiness);
  }

  /** With another store. */
  Scoring start(CheckpointStore other) {
    return Scoring.start(pipeline, other, meters, readiness);
  }

  int partitions() {
    return partitions;
  }

  /** Deletes records, as retention does. */
  void deleteBefore(int partition, long offset) throws ExecutionException, InterruptedException {
    admin
        .deleteRecords(
            Map.of(new TopicPartition(samples, partition), RecordsToDelete.beforeOffset(offset)))
        .all()
        .get();
  }

  /** First estimates so far. */
  long verdicts() {
    return meters.registry().timer("millrace.scoring.verdict").count();
  }

  /** Appends a sample; {@link #flush} waits for it. */
  public void send(int partition, String json) {
    var unused =
        producer.send(new ProducerRecord<>(samples, partition, null, json.getBytes(UTF_8)));
  }

  public void send(int partition, double x, int y) {
    send(partition, "{\"x\": " + x + ", \"y\": " + y + "}");
  }

  /**
   * Appends samples of which some cannot be decoded and some were there before.
   *
   * @return {@code to}
   */
  int sendMixed(int partitions, int from, int to) {
    for (int i = from; i < to; i++) {
      int id = i % 13 == 12 ? i - 10 * partitions : i;
      String x = i % 31 == 30 ? "null" : Double.toString(Math.sin(i));
      send(
          i % partitions, "{\"id\": " + id + ", \"x\": " + x + ", \"y\": " + (i * 7 % 5 & 1) + "}");
    }
    flush();
    return to;
  }

  public void flush() {
    producer.flush();
  }

  public SamplePartition partition(int number) {
    return new SamplePartition(samples, topicId, number);
  }

  /** A lineage of one offset per partition. */
  Lineage lineage(long... nextOffsets) {
    Lineage lineage = Lineage.EMPTY;
    for (int i = 0; i < nextOffsets.length; i++) {
      lineage = lineage.with(partition(i), nextOffsets[i]);
    }
    return lineage;
  }

  /** Stores and announces a checkpoint. */
  Checkpoint announce(long step, long trainLogOffset, Lineage lineage, byte[] onnx) {
    String id = "%012d-1.0".formatted(step);
    StoredFile model = store.publish(id, Map.of("model.onnx", onnx)).get(0);
    return announce(
        Checkpoint.newBuilder()
            .setId(id)
            .setStep(step)
            .setTrainLogOffset(trainLogOffset)
            .setLineage(lineage.toProto())
            .setModel(model)
            .build());
  }

  Checkpoint announce(Checkpoint checkpoint) {
    write(topics.checkpoints(), checkpoint.getId(), checkpoint.toByteArray());
    return checkpoint;
  }

  /** Withdraws a checkpoint, and deletes it. */
  void withdraw(String id) {
    write(topics.checkpoints(), id, null);
    store.delete(id);
  }

  /**
   * @param champion in force before; empty if there is none
   */
  void decide(Promotion.Decision decision, String id, String champion) {
    write(
        topics.promotions(),
        config.pipeline(),
        Promotion.newBuilder()
            .setDecision(decision)
            .setCheckpointId(id)
            .setChampionId(champion)
            .setBy("test")
            .build()
            .toByteArray());
  }

  /** Writes a train batch with samples of these offsets, as windowing would. */
  public void trained(int partition, long... offsets) {
    TrainBatch.Builder batch =
        TrainBatch.newBuilder()
            .setTopic(samples)
            .setTopicId(topicId)
            .setPartition(partition)
            .setFirstOffset(offsets[0]);
    long before = offsets[0];
    for (long offset : offsets) {
      batch.addOffsetDeltas(offset - before);
      before = offset;
    }
    write(topics.trainLog(), Integer.toString(partition), batch.build().toByteArray());
  }

  /** Writes a record without a value to the train log. */
  public void trainedNothing() {
    write(topics.trainLog(), "0", null);
  }

  private void write(String topic, String key, byte @org.jspecify.annotations.Nullable [] value) {
    try {
      producer.send(new ProducerRecord<>(topic, 0, key.getBytes(UTF_8), value)).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All committed sums, in their order. */
  List<ScoreSums> sums() {
    List<ScoreSums> sums = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = CommittedReader.open(config.kafka())) {
      new TopicRead<>(consumer)
          .readAll(
              List.of(new TopicPartition(topics.scoreSums(), 0)),
              record -> sums.add(parse(record.value())));
    }
    return sums;
  }

  private static ScoreSums parse(byte[] value) {
    try {
      return ScoreSums.parseFrom(value);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The totals of the sums on the topic. */
  Book book() {
    return new Book(config, sums());
  }

  public double meter(String name) {
    var meter = meters.registry().find(name).meter();
    double sum = 0;
    if (meter != null) {
      for (var found : meters.registry().find(name).meters()) {
        sum += found.measure().iterator().next().getValue();
      }
    }
    return sum;
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    admin.close();
    meters.close();
  }
}
