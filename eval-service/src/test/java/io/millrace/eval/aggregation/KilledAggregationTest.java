package io.millrace.eval.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.PairedSums;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.ScoreSums;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After any kill, final plus late equals what scoring committed, and nothing is decided twice. */
class KilledAggregationTest {
  private static final int PARTITIONS = 2;
  private static final long WINDOW_MS = 60_000;
  private static final int PER_WINDOW = 20;

  @TempDir private Path directory;
  private final Random random = new Random(7);
  private final Map<String, Long> committed = new TreeMap<>();
  private TopologyStage stage;
  private int sent;
  private @Nullable Process process;

  @BeforeEach
  void start() throws Exception {
    stage =
        new TopologyStage(
            directory,
            PARTITIONS,
            "{window: 1m, grace: 1m, idle: 20s, challengers: 1}",
            "{min_samples: 2000, max_samples: 8000, min_windows: 2}");
  }

  @AfterEach
  void stop() {
    if (process != null) {
      process.destroyForcibly();
    }
    stage.close();
  }

  @Test
  @Tag("slow")
  void killedThreeTimesSumsAreExactAndNothingIsDecidedTwice() throws Exception {
    killAndCompare(3);
  }

  @Test
  @Tag("long")
  void killedTwentyTimesSumsAreExactAndNothingIsDecidedTwice() throws Exception {
    killAndCompare(20);
  }

  private void killAndCompare(int kills) throws Exception {
    // given
    Path log = directory.resolve("aggregation.log");
    int open = 0;

    // when: sums flow, the process dies in the middle of them, another one starts
    for (int kill = 0; kill < kills; kill++) {
      process = AggregationProcess.start(stage.file, log);
      Set<Long> before = ongoing();
      int enough = stage.evaluations().size() + 3;
      await()
          .atMost(Duration.ofMinutes(3))
          .until(
              () -> {
                flow(20);
                return stage.evaluations().size() >= enough;
              });
      int more = random.nextInt(200);
      for (int i = 0; i < more; i += 20) {
        flow(20);
      }
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(1))
          .until(
              () -> {
                flow(1);
                return hasBegun(before) && haltedWithin(before);
              });
      process.destroyForcibly().waitFor();
      open += hasBegun(before) ? 1 : 0;
    }
    process = AggregationProcess.start(stage.file, log);
    passAll();

    // then
    await()
        .atMost(Duration.ofMinutes(3))
        .untilAsserted(() -> assertThat(counted(stage.evaluations())).isEqualTo(committed));
    List<Promotion> decisions = stage.promotions();
    System.out.printf(
        "%d messages, %d samples, %d kills, %d of them within an open transaction, %d decisions%n",
        sent,
        committed.values().stream().mapToLong(Long::longValue).sum(),
        kills,
        open,
        decisions.size());
    assertThat(open).as("kills within an open transaction").isGreaterThanOrEqualTo((kills + 1) / 2);
    assertThat(decisions).hasSizeGreaterThan(3);
    assertNothingTwice(decisions);
  }

  /** Messages like those of scoring: two partitions in turn, a future champion and its pairs. */
  private void flow(int messages) throws Exception {
    for (int i = 0; i < messages; i++, sent++) {
      long window = (sent / PER_WINDOW - (random.nextInt(10) == 0 ? 3 : 0)) * WINDOW_MS;
      String id = id(sent / 200);
      if (sent % 200 == 0) {
        stage.announce(id);
      }
      ScoreKind kind = sent % 3 == 0 ? ScoreKind.HOLDOUT : ScoreKind.PREQUENTIAL;
      int count = 1 + random.nextInt(200);
      stage.send(sums(id, kind, Math.max(0, window), count));
      stage.send(sums("", kind, Math.max(0, window), count));
      stage.send(report((long) (sent / PER_WINDOW) * WINDOW_MS));
    }
    stage.flush();
  }

  private static String id(int step) {
    return "%012d-1.0".formatted(step);
  }

  private ScoreSums sums(String id, ScoreKind kind, long windowStartMs, int count) {
    committed.merge((id.isEmpty() ? "online" : id) + "/" + kind, (long) count, Long::sum);
    ScoreSums.Builder sums =
        AggregationRun.scores(id, kind, sent % PARTITIONS, windowStartMs, count)
            .setWindowEndMs(windowStartMs + WINDOW_MS);
    for (String champion : pairedWith(id)) {
      sums.addPaired(
          PairedSums.newBuilder()
              .setChampionId(champion)
              .setChallengerId(id)
              .setCount(count)
              .setDifference(-0.1 * count)
              .setDifferenceSquared(0.01 * count));
    }
    return sums.build();
  }

  /** Pairs against every checkpoint that may be in force; the others do not count. */
  private List<String> pairedWith(String id) {
    if (id.isEmpty()) {
      return List.of();
    }
    java.util.ArrayList<String> champions = new java.util.ArrayList<>(List.of(""));
    for (int step = 0; step < sent / 200; step++) {
      champions.add(id(step));
    }
    return champions;
  }

  private ScoreSums report(long eventTimeMs) {
    return ScoreSums.newBuilder()
        .setOnline(true)
        .setTopic("samples")
        .setPartition(sent % PARTITIONS)
        .setConsumed(1)
        .setPartitionEventTimeMs(eventTimeMs)
        .build();
  }

  private void passAll() {
    for (int i = 0; i < 2 * PARTITIONS; i++, sent++) {
      stage.send(report((long) (sent / PER_WINDOW + 5) * WINDOW_MS));
    }
    stage.flush();
  }

  private static Map<String, Long> counted(Map<String, Evaluation> evaluations) {
    Map<String, Long> counted = new TreeMap<>();
    evaluations.forEach(
        (key, evaluation) -> {
          if (evaluation.getFinal()) {
            counted.merge(
                key.substring(0, key.lastIndexOf('/')),
                evaluation.getSums().getCount() + evaluation.getLate(),
                Long::sum);
          }
        });
    return counted;
  }

  private static void assertNothingTwice(List<Promotion> decisions) {
    Map<String, Integer> begun = new HashMap<>();
    Set<String> ended = new HashSet<>();
    long offset = -1;
    for (Promotion decision : decisions) {
      String trial = decision.getCheckpointId() + " " + decision.getTrial();
      switch (decision.getDecision()) {
        case TRIAL -> assertThat(begun.merge(trial, 1, Integer::sum)).as(trial).isEqualTo(1);
        case PROMOTED, REJECTED, TIMED_OUT ->
            assertThat(ended.add(trial)).as("%s ends once", trial).isTrue();
        case NOT_TRIED ->
            assertThat(ended.add(decision.getCheckpointId())).as("once not tried").isTrue();
        default -> {}
      }
      assertThat(decision.getScoreSumsOffset()).isGreaterThanOrEqualTo(offset);
      offset = decision.getScoreSumsOffset();
    }
  }

  private boolean hasBegun(Set<Long> before) throws Exception {
    return ongoing().stream().anyMatch(id -> !before.contains(id));
  }

  /**
   * Suspends the process and reads the topics: a transaction takes some milliseconds, reading takes
   * longer.
   */
  private boolean haltedWithin(Set<Long> before) throws Exception {
    signal("STOP");
    if (hasBegun(before)) {
      return true;
    }
    signal("CONT");
    return false;
  }

  private void signal(String name) throws Exception {
    new ProcessBuilder(
            "kill", "-" + name, Long.toString(java.util.Objects.requireNonNull(process).pid()))
        .start()
        .waitFor();
  }

  private Set<Long> ongoing() throws Exception {
    Set<Long> producers = new HashSet<>();
    for (TransactionListing listing : stage.admin.listTransactions().all().get()) {
      if (listing.state() == TransactionState.ONGOING) {
        producers.add(listing.producerId());
      }
    }
    return producers;
  }
}
