package io.millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.features.Holdout;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.TrainBatchReader;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import io.millrace.trainer.windowing.Windowing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Compares windowing with {@link CopyLoop} on the same samples. Each round writes a train log of
 * its own.
 */
public final class WindowingBench {
  private static final int PARTITIONS = 4;
  private static final int ROUNDS = 5;
  private static final int SAMPLES = 2_000_000;

  /**
   * The clock runs from the first batch to this share of the samples: the start-up of the clients
   * and the last partial batches are left out.
   */
  private static final double MEASURED_TO = 0.98;

  /** Samples per second. */
  public record WindowingFigures(RoundRates millrace, RoundRates copy) {}

  /** Ratio of the medians; the counts are of one round each. */
  public record WindowingResult(
      WindowingFigures samplesPerSecond, double ratio, long samplesMillrace, long samplesCopy) {}

  private final EmbeddedBroker broker;
  private final Admin admin;

  private WindowingBench(EmbeddedBroker broker, Admin admin) {
    this.broker = broker;
    this.admin = admin;
  }

  /**
   * Takes about two minutes.
   *
   * @param progress receives the name of each phase
   * @throws IllegalStateException if the two ledgers differ by more than the last partial batches
   */
  public static WindowingResult run(Consumer<String> progress) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      return new WindowingBench(broker, admin).measure(progress);
    }
  }

  private WindowingResult measure(Consumer<String> progress) throws Exception {
    progress.accept("producing " + SAMPLES + " samples");
    produce();
    List<Double> millrace = new ArrayList<>();
    List<Double> copy = new ArrayList<>();
    Round ours = null;
    Round theirs = null;
    for (int round = 1; round <= ROUNDS; round++) {
      progress.accept("round " + round + " of " + ROUNDS);
      PipelineConfig windowing = config("windowing" + round);
      try (Meters meters = new Meters();
          var running = Windowing.start(windowing, meters, new Readiness())) {
        ours = Round.of(windowing);
        millrace.add(ours.samplesPerSecond());
      }
      PipelineConfig copying = config("copy" + round);
      try (CopyLoop running = new CopyLoop(copying)) {
        theirs = Round.of(copying);
        copy.add(theirs.samplesPerSecond());
      }
    }
    requireSame(Objects.requireNonNull(ours), Objects.requireNonNull(theirs));
    WindowingFigures figures = new WindowingFigures(RoundRates.of(millrace), RoundRates.of(copy));
    return new WindowingResult(
        figures,
        figures.millrace().median() / figures.copy().median(),
        ours.count(),
        theirs.count());
  }

  private static void requireSame(Round ours, Round theirs) {
    BitSet both = (BitSet) ours.seen().clone();
    both.and(theirs.seen());
    double samples = (double) both.cardinality() / Math.max(ours.count(), theirs.count());
    double batches = (double) ours.batches() / theirs.batches();
    if (samples < 0.99 || Math.abs(batches - 1) > 0.01) {
      throw new IllegalStateException(
          "ledgers differ: %d samples in %d batches and %d in %d, %d samples in both"
              .formatted(
                  ours.count(),
                  ours.batches(),
                  theirs.count(),
                  theirs.batches(),
                  both.cardinality()));
    }
  }

  private PipelineConfig config(String name) throws IOException {
    try (InputStream yaml =
        Objects.requireNonNull(WindowingBench.class.getResourceAsStream("/flights.yaml"))) {
      List<String> sets =
          List.of("pipeline=" + name, "kafka.bootstrap.servers=" + broker.bootstrapServers());
      PipelineConfig config =
          new PipelineLoader(Map.of(), sets)
              .load(new String(yaml.readAllBytes(), UTF_8), Path.of("."))
              .config();
      Topics.create(admin, TopicPlan.of(config));
      return config;
    }
  }

  /** Sends flights like those of the demo, without randomness. */
  private void produce() {
    SamplesTopic.fill(
        broker, admin, "flights.arrivals", PARTITIONS, SAMPLES, WindowingBench::flight);
  }

  private static byte[] flight(int i) {
    int minute = i % 60;
    int hour = i / 60 % 24;
    int day = i / 1440 % 28 + 1;
    return ("{\"scheduled\":\"2001-01-%02dT%02d:%02d\",\"origin\":\"A%02d\",\"destination\":\"B%02d\","
            + "\"distance_miles\":%d,\"arrival_delay_minutes\":%d}")
        .formatted(day, hour, minute, i % 97, i % 89, 100 + i % 2400, i % 60 - 20)
        .getBytes(UTF_8);
  }

  /** One round, as seen by a reader of committed train batches. */
  private record Round(double samplesPerSecond, BitSet seen, long batches) {
    long count() {
      return seen.cardinality();
    }

    static Round of(PipelineConfig config) {
      long expected = expected(config);
      TrainBatchReader reader = new TrainBatchReader(InputSpec.of(config.features()));
      BitSet seen = new BitSet(SAMPLES);
      Stopwatch stopwatch = new Stopwatch((long) (MEASURED_TO * expected));
      long batches = 0;
      var bytes = new ByteArrayDeserializer();
      Map<String, Object> kafka = new java.util.HashMap<>(config.kafka());
      kafka.put("isolation.level", "read_committed");
      try (var consumer = new KafkaConsumer<>(kafka, bytes, bytes)) {
        var log = new TopicPartition(new TopicNames(config.pipeline()).trainLog(), 0);
        consumer.assign(List.of(log));
        consumer.seekToBeginning(List.of(log));
        // the rival keeps samples that do not fill a batch
        long last = PARTITIONS * (config.training().perDeviceTrainBatchSize() - 1L);
        while (stopwatch.count < expected - last) {
          for (var record : consumer.poll(Duration.ofMillis(20))) {
            TrainBatchView view =
                ((TrainBatchReader.Read.Batch) reader.read(record.value())).view();
            for (int i = 0; i < view.size(); i++) {
              seen.set((int) view.offset(i) * PARTITIONS + view.partition().partition());
            }
            stopwatch.count += view.size();
            batches++;
          }
          stopwatch.look();
        }
      }
      return new Round(stopwatch.perSecond(), seen, batches);
    }

    private static long expected(PipelineConfig config) {
      Holdout holdout = new Holdout(config.holdout());
      long expected = 0;
      for (int i = 0; i < SAMPLES; i++) {
        expected += holdout.includes(null, 0, i % PARTITIONS, i / PARTITIONS) ? 0 : 1;
      }
      return expected;
    }
  }

  /** Measures the time from the first samples to a given count. */
  private static final class Stopwatch {
    private final long until;
    private long count;
    private long startCount;
    private long startNanos;
    private double perSecond;

    Stopwatch(long until) {
      this.until = until;
    }

    void look() {
      if (startNanos == 0 && count > 0) {
        startNanos = System.nanoTime();
        startCount = count;
      } else if (perSecond == 0 && count >= until) {
        perSecond = (count - startCount) * 1e9 / (System.nanoTime() - startNanos);
      }
    }

    double perSecond() {
      return perSecond;
    }
  }
}
