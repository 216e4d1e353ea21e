package io.millrace.eval.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.MessageLite;
import io.micrometer.core.instrument.Gauge;
import io.millrace.broker.EmbeddedBroker;
import io.millrace.eval.dashboard.live.BatchSizes;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.OpsServer;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A broker with a pipeline's topics, what the other services write to them, and the page. */
final class LivePipeline implements AutoCloseable {
  private static final String YAML =
      """
      pipeline: flights
      kafka: {bootstrap.servers: '%s'}
      samples: {topic: flights.arrivals}
      features: [{name: distance, type: number}]
      label: {type: threshold, field: delay, above: 15}
      evaluation: {pinned: ['step>=60'], window: 1h}
      """;

  final EmbeddedBroker broker = EmbeddedBroker.start();
  final LoadedPipeline pipeline =
      new PipelineLoader(Map.of(), List.of())
          .load(YAML.formatted(broker.bootstrapServers()), Path.of("/"));
  final TopicNames names = new TopicNames("flights");
  final Meters meters = new Meters();
  final Admin admin = Admin.create(new HashMap<String, Object>(pipeline.config().kafka()));
  private final Producer<byte[], byte[]> producer;
  private double evalBatch = 8192;

  LivePipeline() throws Exception {
    Topics.create(admin, TopicPlan.of(pipeline.config()));
    admin.createTopics(List.of(new NewTopic(SampleAnnouncements.TOPIC, 2, (short) 1))).all().get();
    producer =
        new KafkaProducer<>(
            new HashMap<>(pipeline.config().kafka()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    Gauge.builder(BatchSizes.EVAL_CEILING, this, self -> self.evalBatch)
        .register(meters.registry());
  }

  void send(String topic, String key, @Nullable MessageLite message) {
    send(topic, 0, key, message == null ? null : message.toByteArray());
  }

  void send(String topic, int partition, String key, byte @Nullable [] value) {
    try {
      producer.send(new ProducerRecord<>(topic, partition, key.getBytes(UTF_8), value)).get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  void announce(long step, long seen) {
    send(
        names.checkpoints(),
        SampleAnnouncements.id(step),
        SampleAnnouncements.checkpoint(step, seen));
  }

  void decide(Promotion.Builder decision) {
    send(names.promotions(), "flights", decision.build());
  }

  /** Records on both partitions of the samples' topic. */
  void produce(int each) {
    for (int i = 0; i < each; i++) {
      send(SampleAnnouncements.TOPIC, 0, "", new byte[] {'0'});
      send(SampleAnnouncements.TOPIC, 1, "", new byte[] {'1'});
    }
  }

  /** Moves a stage's group, as the stage does. */
  void commit(String stage, String topic, int partition, long offset) throws Exception {
    admin
        .alterConsumerGroupOffsets(
            "flights-" + stage,
            Map.of(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)))
        .all()
        .get();
  }

  /** The page, served as in production. */
  OpsServer serve(Dashboard dashboard, @Nullable Path tokenFile) {
    return OpsServer.builder(meters, new Readiness())
        .tokenFile(tokenFile)
        .add(dashboard.routes())
        .start();
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
    meters.close();
    broker.close();
  }
}
