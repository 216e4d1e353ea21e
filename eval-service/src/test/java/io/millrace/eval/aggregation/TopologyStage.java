package io.millrace.eval.aggregation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.kafka.TopicRead;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.store.LocalCheckpointStore;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker with a pipeline's topics, a store, and a sender of messages like those of scoring. */
public final class TopologyStage implements AutoCloseable {
  final EmbeddedBroker broker;
  final Path file;
  public final LoadedPipeline pipeline;
  public final CheckpointStore store;
  final Admin admin;
  final TopicNames topics;
  private final KafkaProducer<byte[], byte[]> producer;

  public TopologyStage(Path directory, int partitions, String evaluation, String promotion)
      throws Exception {
    broker =
        EmbeddedBroker.builder()
            .property("transaction.abort.timed.out.transaction.cleanup.interval.ms", "200")
            .property("group.initial.rebalance.delay.ms", "0")
            .property("group.min.session.timeout.ms", "1000")
            .start();
    file = directory.resolve("pipeline.yaml");
    Files.writeString(
        file,
        """
        pipeline: ledger
        kafka:
          bootstrap.servers: %s
          transaction.timeout.ms: 2000
          session.timeout.ms: 2000
          heartbeat.interval.ms: 500
        samples: {topic: samples}
        features: [{name: x, type: number}]
        label: {type: threshold, field: y, above: 0.5}
        model: {recipe: linear}
        evaluation: %s
        promotion: %s
        """
            .formatted(broker.bootstrapServers(), evaluation, promotion));
    pipeline = new PipelineLoader(Map.of(), List.of()).load(file);
    topics = new TopicNames(pipeline.config().pipeline());
    store = new LocalCheckpointStore(Path.of(pipeline.checkpointStore()));
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    admin.createTopics(List.of(new NewTopic("samples", partitions, (short) 1))).all().get();
    Topics.create(admin, TopicPlan.of(pipeline.config()));
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  void announce(String id) throws Exception {
    var files = store.publish(id, Map.of("model.onnx", ("model " + id).getBytes(UTF_8)));
    Checkpoint checkpoint = Checkpoint.newBuilder().setId(id).setModel(files.get(0)).build();
    producer
        .send(
            new ProducerRecord<>(
                topics.checkpoints(), id.getBytes(UTF_8), checkpoint.toByteArray()))
        .get();
  }

  void send(ScoreSums sums) {
    var unused = producer.send(new ProducerRecord<>(topics.scoreSums(), null, sums.toByteArray()));
  }

  public void flush() {
    producer.flush();
  }

  /** The champion's file; empty if there is none. */
  public String champion() throws IOException {
    Path model = Path.of(pipeline.checkpointStore(), "champion", "model.onnx");
    return Files.exists(model) ? Files.readString(model) : "";
  }

  /** The last value of each key. */
  Map<String, Evaluation> evaluations() {
    Map<String, Evaluation> latest = new LinkedHashMap<>();
    read(
        topics.evaluations(),
        record -> {
          try {
            latest.put(new String(record.key(), UTF_8), Evaluation.parseFrom(record.value()));
          } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
          }
        });
    return latest;
  }

  public List<Promotion> promotions() {
    List<Promotion> promotions = new ArrayList<>();
    read(
        topics.promotions(),
        record -> {
          try {
            promotions.add(Promotion.parseFrom(record.value()));
          } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
          }
        });
    return promotions;
  }

  private void read(String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
    try (var consumer = CommittedReader.open(pipeline.config().kafka())) {
      new TopicRead<>(consumer).readAll(List.of(new TopicPartition(topic, 0)), each);
    }
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
    broker.close();
  }
}
