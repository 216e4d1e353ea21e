package io.millrace.eval.aggregation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.PairedSums;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.Sums;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;

/** One task and messages like those of scoring; its state can be passed to the next task. */
public final class AggregationRun implements AutoCloseable {
  static final long HOUR = Duration.ofHours(1).toMillis();
  static final String A = "000000000100-1.0";
  static final String B = "000000000200-1.0";
  static final String C = "000000000300-1.0";
  static final String D = "000000000400-1.0";

  private static final String YAML =
      """
      pipeline: test
      samples: {topic: samples}
      features: [{name: x, type: number}]
      label: {type: threshold, field: y, above: 0.5}
      model: {recipe: linear}
      evaluation: {window: 1h, grace: 10m, idle: 30s, challengers: 1}
      promotion: {min_samples: 1000, max_samples: 20000, min_windows: 2}
      """;

  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> sums;
  private final TestInputTopic<byte[], byte[]> checkpoints;
  private final TestInputTopic<byte[], byte[]> promotions;
  private final TestOutputTopic<byte[], byte[]> evaluated;
  private final TestOutputTopic<byte[], byte[]> decided;
  private final Map<String, Evaluation> latest = new LinkedHashMap<>();
  private final List<Promotion> decisions = new ArrayList<>();

  AggregationRun(String... sets) {
    this(Map.of(), sets);
  }

  AggregationRun(Map<String, byte[]> state, String... sets) {
    PipelineConfig config =
        new PipelineLoader(Map.of(), List.of(sets)).load(YAML, Path.of(".")).config();
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    AggregationMeters aggregationMeters = new AggregationMeters(meters);
    driver =
        new TopologyTestDriver(
            AggregationTopology.of(
                config,
                () ->
                    new RestoredTopology(
                        new AggregationProcessor(config, 2, aggregationMeters), state)),
            properties,
            Instant.parse("2026-01-01T00:00:00Z"));
    sums = input("test.score-sums");
    checkpoints = input("test.checkpoints");
    promotions = input("test.promotions");
    evaluated = output("test.evaluations");
    decided = output("test.promotions");
  }

  private TestInputTopic<byte[], byte[]> input(String topic) {
    return driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private TestOutputTopic<byte[], byte[]> output(String topic) {
    return driver.createOutputTopic(
        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Scores of one commit. */
  void scored(String checkpoint, ScoreKind kind, int partition, long windowStartMs, int count) {
    send(scores(checkpoint, kind, partition, windowStartMs, count));
  }

  static ScoreSums.Builder scores(
      String checkpoint, ScoreKind kind, int partition, long windowStartMs, int count) {
    return ScoreSums.newBuilder()
        .setCheckpointId(checkpoint)
        .setOnline(checkpoint.isEmpty())
        .setKind(kind)
        .setTopic("samples")
        .setPartition(partition)
        .setWindowStartMs(windowStartMs)
        .setWindowEndMs(windowStartMs + HOUR)
        .setSums(Sums.newBuilder().setCount(count).setWeight(count).setLoss(count * 0.5));
  }

  /** Losses of a challenger, each this much above the champion's; "" is the prior baseline. */
  void paired(
      String challenger, String champion, long windowStartMs, int count, double difference) {
    send(
        scores(challenger, ScoreKind.PREQUENTIAL, 0, windowStartMs, count)
            .addPaired(
                PairedSums.newBuilder()
                    .setChampionId(champion)
                    .setChallengerId(challenger)
                    .setCount(count)
                    .setDifference(count * difference)
                    .setDifferenceSquared(count * difference * difference)));
  }

  void send(ScoreSums.Builder message) {
    sums.pipeInput(null, message.build().toByteArray());
  }

  void sendBytes(byte[] value) {
    sums.pipeInput(null, value);
  }

  /** A partition's report: how far its event time has come. */
  void reported(int partition, long eventTimeMs) {
    send(
        ScoreSums.newBuilder()
            .setOnline(true)
            .setTopic("samples")
            .setPartition(partition)
            .setConsumed(1)
            .setPartitionEventTimeMs(eventTimeMs));
  }

  /** Both partitions, twice: a report counts from the next one on. */
  void passed(long eventTimeMs) {
    for (int i = 0; i < 4; i++) {
      reported(i % 2, eventTimeMs);
    }
    waits(Duration.ofMillis(100));
  }

  void announced(String... ids) {
    for (String id : ids) {
      checkpoints.pipeInput(
          id.getBytes(UTF_8), Checkpoint.newBuilder().setId(id).build().toByteArray());
    }
  }

  void deleted(String id) {
    checkpoints.pipeInput(new org.apache.kafka.streams.test.TestRecord<>(id.getBytes(UTF_8), null));
  }

  void byHand(Promotion.Decision decision, String id, String champion) {
    promotions.pipeInput(
        "test".getBytes(UTF_8),
        Promotion.newBuilder()
            .setDecision(decision)
            .setCheckpointId(id)
            .setChampionId(champion)
            .setBy("someone")
            .build()
            .toByteArray());
  }

  void waits(Duration wallClock) {
    driver.advanceWallClockTime(wallClock);
  }

  /** The last value of a key. */
  Evaluation evaluation(String key) {
    read();
    Evaluation found = latest.get(key);
    if (found == null) {
      throw new AssertionError("no evaluation '" + key + "', there are " + latest.keySet());
    }
    return found;
  }

  boolean hasEvaluation(String key) {
    read();
    return latest.containsKey(key);
  }

  /** How often a key was published since the last call. */
  int published() {
    int before = published;
    read();
    return published - before;
  }

  private int published;

  private void read() {
    for (var record : evaluated.readKeyValuesToList()) {
      latest.put(new String(record.key, UTF_8), parse(record.value));
      published++;
    }
  }

  private static Evaluation parse(byte[] value) {
    try {
      return Evaluation.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** All decisions of the test so far, in order. */
  List<Promotion> decisions() {
    for (byte[] value : decided.readValuesToList()) {
      try {
        decisions.add(Promotion.parseFrom(value));
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }
    return List.copyOf(decisions);
  }

  /** Like "PROMOTED 000000000100-1.0", in order. */
  List<String> said() {
    return decisions().stream().map(p -> p.getDecision() + " " + p.getCheckpointId()).toList();
  }

  Map<String, byte[]> state() {
    Map<String, byte[]> copy = new HashMap<>();
    KeyValueStore<String, byte[]> store = driver.getKeyValueStore(StateStore.NAME);
    try (var all = store.all()) {
      all.forEachRemaining(entry -> copy.put(entry.key, entry.value));
    }
    return copy;
  }

  @Override
  public void close() {
    driver.close();
  }
}
