package io.millrace.trainer.loop;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.features.BatchAssembly;
import io.millrace.schemas.features.RowCodec;
import io.millrace.schemas.features.Rows;
import io.millrace.schemas.features.SampleDecoder;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import io.millrace.trainer.windowing.SampleSource;
import java.io.IOException;
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

/** Pipelines whose train logs hold the same samples, poisonous ones among them. */
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

  /** Makes a pipeline and its topics, and fills its samples and its train log. */
  Path pipeline(String name, int batches, String training) throws Exception {
    Path file = Files.createDirectories(directory.resolve(name)).resolve("pipeline.yaml");
    Files.writeString(
        file,
        """
        pipeline: %s
        kafka: {bootstrap.servers: '%s', session.timeout.ms: 2000, heartbeat.interval.ms: 500}
        samples: {topic: %s-samples}
        features: [{name: x, type: number}, {name: z, type: number}, {name: c, type: category, buckets: 16}]
        label: {type: threshold, field: y, above: 0.5}
        model: {recipe: mlp, hidden: [8]}
        training: {per_device_train_batch_size: %d, %s}
        checkpoint: {min_age: 1ms}
        ops: {trainer_port: 0}
        """
            .formatted(name, bootstrapServers, name, BATCH, training));
    LoadedPipeline loaded = load(file);
    Topics.create(admin, TopicPlan.of(loaded.config()));
    NewTopic samples = new NewTopic(loaded.config().samples().topic(), 1, (short) 1);
    admin.createTopics(List.of(samples)).all().get();
    SampleSource source = new SampleSource(admin, loaded.config());
    source.prepare(source.describe());
    fill(loaded.config(), source.describe().topicId().toString(), batches);
    return file;
  }

  static LoadedPipeline load(Path file) {
    return new PipelineLoader(Map.of(), List.of()).load(file);
  }

  private void fill(PipelineConfig config, String topicId, int batches) throws IOException {
    SampleDecoder decoder = new SampleDecoder(config);
    Rows rows = decoder.rows(1);
    RowCodec codec = new RowCodec(decoder.inputs());
    BatchAssembly assembly = new BatchAssembly(codec, false);
    Random random = new Random(1);
    String log = new TopicNames(config.pipeline()).trainLog();
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", bootstrapServers, "linger.ms", 5),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int batch = 0; batch < batches; batch++) {
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
        producer.send(new ProducerRecord<>(log, 0, null, value));
      }
      producer.flush();
    }
  }

  private static String sample(int offset, Random random) {
    double x = random.nextGaussian();
    double z = random.nextGaussian();
    boolean poison = offset > 0 && offset % POISON_EVERY == 0;
    return "{\"x\": %s, \"z\": %s, \"c\": \"c%d\", \"y\": %d}"
        .formatted(poison ? "3e38" : x, z, random.nextInt(10), x + z > 0 ? 1 : 0);
  }
}
