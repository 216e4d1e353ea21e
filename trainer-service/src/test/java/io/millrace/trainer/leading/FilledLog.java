package io.millrace.trainer.leading;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.features.SampleDecoder;
import io.millrace.schemas.features.rows.BatchAssembly;
import io.millrace.schemas.features.rows.RowCodec;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import io.millrace.trainer.windowing.SampleSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Pipelines whose train logs hold the same samples, including poisoned ones. */
final class FilledLog {
  static final int BATCH = 20;
  private static final int POISON_EVERY = 1999;

  private final String bootstrapServers;
  private final Admin admin;
  private final Path directory;

  FilledLog(String bootstrapServers, Admin admin, Path directory) {
    this.bootstrapServers = bootstrapServers;
    this.admin = admin;
    this.directory = directory;
  }

  /** Creates a pipeline and its topics, and fills its samples and its train log. */
  Path pipeline(String name, int batches, String training) throws Exception {
    return pipeline(name, batches, training, "{recipe: mlp, hidden: [8]}", "");
  }

  /**
   * @param kafka more client properties, each after a comma
   */
  Path pipeline(String name, int batches, String training, String model, String kafka)
      throws Exception {
    Path file = Files.createDirectories(directory.resolve(name)).resolve("pipeline.yaml");
    Files.writeString(
        file,
        """
        pipeline: %s
        kafka: {bootstrap.servers: '%s', session.timeout.ms: 1500, heartbeat.interval.ms: 400%s}
        samples: {topic: %s-samples}
        features: [{name: x, type: number}, {name: z, type: number}, {name: c, type: category, buckets: 16}]
        label: {type: threshold, field: y, above: 0.5}
        model: %s
        training: {per_device_train_batch_size: %d, %s}
        checkpoint: {min_age: 1ms}
        ops: {trainer_port: 0}
        """
            .formatted(name, bootstrapServers, kafka, name, model, BATCH, training));
    LoadedPipeline loaded = load(file);
    Topics.create(admin, TopicPlan.of(loaded.config()));
    String samples = loaded.config().samples().topic();
    if (!admin.listTopics().names().get().contains(samples)) {
      admin.createTopics(List.of(new NewTopic(samples, 1, (short) 1))).all().get();
      await().until(() -> admin.listTopics().names().get().contains(samples));
    }
    SampleSource source = source(loaded.config());
    source.prepare(source.describe());
    append(file, 0, batches);
    return file;
  }

  private SampleSource source(PipelineConfig config) {
    return new SampleSource(admin, config);
  }

  static LoadedPipeline load(Path file) {
    return new PipelineLoader(Map.of(), List.of()).load(file);
  }

  /** Adds the batches of these numbers. The same number always has the same samples. */
  void append(Path file, int from, int to) {
    PipelineConfig config = load(file).config();
    String topicId = source(config).describe().topicId().toString();
    SampleDecoder decoder = new SampleDecoder(config);
    Rows rows = decoder.rows(1);
    RowCodec codec = new RowCodec(decoder.inputs());
    BatchAssembly assembly = new BatchAssembly(codec, false);
    try (var producer = producer()) {
      for (int batch = from; batch < to; batch++) {
        Random random = new Random(batch);
        List<byte[]> encoded = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
          int offset = batch * BATCH + i;
          byte[] value = sample(offset, random).getBytes(UTF_8);
          producer.send(new ProducerRecord<>(config.samples().topic(), 0, null, value));
          if (decoder.decode(value, 0, rows, 0) != null) {
            throw new AssertionError("sample " + offset);
          }
          encoded.add(codec.encode(rows, 0, offset));
        }
        byte[] value =
            assembly
                .assemble(encoded)
                .setTopic(config.samples().topic())
                .setTopicId(topicId)
                .setCreatedMs(batch)
                .build()
                .toByteArray();
        producer.send(new ProducerRecord<>(trainLog(config), 0, null, value));
      }
      producer.flush();
    }
  }

  /** A record without a value, which is no train batch. */
  void appendNothing(Path file) {
    try (var producer = producer()) {
      producer.send(new ProducerRecord<>(trainLog(load(file).config()), 0, null, null));
      producer.flush();
    }
  }

  static String trainLog(PipelineConfig config) {
    return new TopicNames(config.pipeline()).trainLog();
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.<String, Object>of("bootstrap.servers", bootstrapServers, "linger.ms", 5),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** Two samples with different labels: whatever the weights, one of them has a large loss. */
  private static String sample(int offset, Random random) {
    double x = random.nextGaussian();
    double z = random.nextGaussian();
    int category = random.nextInt(10);
    int label = x + z > 0 ? 1 : 0;
    boolean poison = offset > 1 && offset % POISON_EVERY < 2;
    return "{\"x\": %s, \"z\": %s, \"c\": \"c%d\", \"y\": %d}"
        .formatted(poison ? "3e38" : x, z, category, poison ? offset % POISON_EVERY : label);
  }
}
