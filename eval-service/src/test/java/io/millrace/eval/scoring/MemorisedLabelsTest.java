package io.millrace.eval.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.features.Holdout;
import io.millrace.schemas.lineage.Lineage;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.Sums;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Labels are random: a model that predicts them has seen them. The models are tables of the samples
 * that training saw, and noise for the others.
 */
class MemorisedLabelsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int STRETCH = 500;
  private static final int STRETCHES = 8;
  private static final int TRAIN_BATCH = 50;
  private static final String SETTINGS =
      """
      samples: {topic: '%s'ID}
      holdout: {share: 0.2, by: offset}
      evaluation: {per_device_eval_batch_size: 1024, ring: 100}
      """;

  @TempDir private static Path directory;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = World.startBroker();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void whatWasSeenInTrainingDoesNotCount() throws Exception {
    // given / when
    try (World world = new World(broker, directory, "honest", 1, SETTINGS.replace("ID", ""))) {
      Book book = run(world, false, lineage -> lineage);

      // then
      for (ScoreKind kind : List.of(ScoreKind.LIVE, ScoreKind.PREQUENTIAL, ScoreKind.HOLDOUT)) {
        assertNothingIsKnown(book, kind);
      }
      assertThat(book.count(Book.ONLINE, ScoreKind.LIVE)).isGreaterThan(3_000);
      assertThat(world.meter("millrace.scores.leaked")).isZero();
    }
  }

  @Test
  void withoutTheRuleMemoryWouldPassForSkillAndTheAuditSaysSo() throws Exception {
    // given / when: announcements that admit to nothing
    try (World world = new World(broker, directory, "false", 1, SETTINGS.replace("ID", ""))) {
      Book book = run(world, false, lineage -> Lineage.EMPTY);

      // then
      assertThat(auc(book, ScoreKind.PREQUENTIAL)).isGreaterThan(0.9);
      await().atMost(PATIENCE).until(() -> world.meter("millrace.scores.leaked") > 0);
      assertThat(world.meter("millrace.scoring.audit.unaudited")).isZero();
    }
  }

  @Test
  void anEventThatComesAgainDoesNotCountAgain() throws Exception {
    // given / when: every event occurs twice, the second time beyond the lineage of the model that
    // saw the
    // first
    try (World world =
        new World(broker, directory, "repeats", 1, SETTINGS.replace("ID", ", id: id"))) {
      Book book = run(world, true, lineage -> lineage);

      // then
      for (ScoreKind kind : List.of(ScoreKind.LIVE, ScoreKind.PREQUENTIAL, ScoreKind.HOLDOUT)) {
        assertNothingIsKnown(book, kind);
      }
      assertThat(book.excluded(0)).containsEntry("repeat", STRETCH * STRETCHES / 2L);
      assertThat(book.balances()).isTrue();
    }
  }

  @Test
  void withoutAnIdRepeatsWouldPassForSkill() throws Exception {
    // given / when
    try (World world = new World(broker, directory, "again", 1, SETTINGS.replace("ID", ""))) {
      Book book = run(world, true, lineage -> lineage);

      // then
      assertThat(auc(book, ScoreKind.PREQUENTIAL)).isGreaterThan(0.6);
    }
  }

  /** Ranges of samples, each followed by a checkpoint that has memorized all samples before. */
  private static Book run(World world, boolean twice, UnaryOperator<Lineage> told)
      throws Exception {
    Random random = new Random(11);
    Holdout holdout = new Holdout(world.config.holdout());
    int samples = STRETCH * STRETCHES;
    int[] labels = new int[samples];
    float[] table = new float[samples];
    for (int i = 0; i < samples; i++) {
      labels[i] = random.nextInt(2);
      table[i] = random.nextFloat() * 2 - 1;
    }
    List<Integer> events = new ArrayList<>();
    long logged = 0;
    world.announce(0, 0, Lineage.EMPTY, Graphs.table(table));
    for (int stretch = 0; stretch < STRETCHES; stretch++) {
      awaitTick();
      for (int i = 0; i < STRETCH; i++) {
        // the odd stretches repeat the even ones
        int event = twice && stretch % 2 == 1 ? events.get(events.size() - STRETCH) : events.size();
        events.add(event);
        world.send(0, "{\"id\": %d, \"x\": %d, \"y\": %d}".formatted(event, event, labels[event]));
      }
      world.flush();
      logged += train(world, holdout, stretch * STRETCH, events, labels, table);
      Lineage lineage = world.lineage((stretch + 1L) * STRETCH);
      world.announce(20L * (stretch + 1), logged, told.apply(lineage), Graphs.table(table.clone()));
    }
    try (Scoring scoring = world.start()) {
      await()
          .atMost(PATIENCE)
          .failFast(() -> scoring.end().isDone())
          .until(() -> world.book().consumedInAll() == samples);
      long all = logged;
      await().atMost(PATIENCE).until(() -> world.meter("millrace.scoring.audit.offset") >= all);
      await().atMost(PATIENCE).until(() -> world.meter("millrace.scoring.audit.waiting") == 0);
    }
    return world.book();
  }

  /** Memorizes a range of samples, and writes its train batches. */
  private static long train(
      World world, Holdout holdout, int from, List<Integer> events, int[] labels, float[] table) {
    List<Long> batch = new ArrayList<>();
    long batches = 0;
    for (int offset = from; offset < events.size(); offset++) {
      if (!holdout.includes(null, 0, 0, offset)) {
        table[events.get(offset)] = labels[events.get(offset)] == 1 ? 4 : -4;
        batch.add((long) offset);
      }
      if (batch.size() == TRAIN_BATCH || (offset == events.size() - 1 && !batch.isEmpty())) {
        world.trained(0, batch.stream().mapToLong(Long::longValue).toArray());
        batch.clear();
        batches++;
      }
    }
    return batches;
  }

  /** A checkpoint counts as live for samples of a later millisecond. */
  private static void awaitTick() {
    long now = System.currentTimeMillis();
    await().pollInterval(Duration.ofMillis(1)).until(() -> System.currentTimeMillis() > now + 1);
  }

  private static double auc(Book book, ScoreKind kind) {
    return java.util.Objects.requireNonNull(book.metrics(Book.ONLINE, kind).get("auc"));
  }

  private static void assertNothingIsKnown(Book book, ScoreKind kind) {
    Sums total = book.total(Book.ONLINE, kind);
    double positives = sum(total.getPositives().getWeightsList());
    double negatives = sum(total.getNegatives().getWeightsList());
    double error = Math.sqrt((positives + negatives + 1) / (12 * positives * negatives));
    System.out.printf(
        "%s: AUC %.3f, standard error %.3f, %d samples%n",
        kind, auc(book, kind), error, total.getCount());
    assertThat(auc(book, kind)).as("AUC of %s", kind).isBetween(0.5 - 3 * error, 0.5 + 3 * error);
  }

  private static double sum(List<Double> weights) {
    return weights.stream().mapToDouble(Double::doubleValue).sum();
  }
}
