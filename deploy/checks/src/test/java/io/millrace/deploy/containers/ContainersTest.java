package io.millrace.deploy.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.schemas.topics.GroupNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.GenericContainer;

/**
 * The images as they are deployed, through the faults that a cluster has. Whatever happens, the
 * train log holds every sample once, scoring accounts for each, and the weights are those of a run
 * in which nothing happened.
 */
@Tag("containers")
class ContainersTest {
  private static final long IN_THE_MIDDLE = 20;
  private static final long TERMINATED = 128 + 15;

  private static Slice slice = new Slice(List.of(), List.of(), List.of(), 1);
  private static Outcome undisturbed = new Outcome(List.of(), List.of(), Scored.of(List.of()), "");
  private static String replay = "";

  @TempDir private static Path directory = Path.of("");

  private List<AutoCloseable> toClose = List.of();

  @BeforeAll
  static void runUndisturbed() throws Exception {
    try (Stage stage = Stage.of(1, Security.NONE)) {
      slice = Slice.of(stage.flow().config());
      stage.services().all();
      stage.flow().produce(slice.records());
      undisturbed = stage.flow().awaitOutcome(slice);
      stage.services().awaitHealthy();
      replay = stage.replay(slice);
    }
  }

  @AfterEach
  void tearDown() throws Exception {
    for (AutoCloseable part : toClose) {
      part.close();
    }
  }

  @Test
  void everySampleIsTrainedOnceAndScoredOnce() {
    assertThat(undisturbed.trained()).isEqualTo(slice.trained());
    assertThat(undisturbed.deadLetters()).isEqualTo(slice.deadLetters());
    assertThat(undisturbed.scored())
        .isEqualTo(new Scored(slice.size(), slice.size(), slice.deadLetters().size()));
  }

  @Test
  void theLogReplayedInAnotherContainerGivesTheSameWeights() {
    assertThat(replay)
        .contains("replayed %d steps".formatted(slice.steps()))
        .contains("announced " + undisturbed.weightsSha256())
        .contains("the same weights, bit for bit")
        .endsWith("exit code 0");
  }

  @Test
  void aBrokerThatIsStoppedAndStartedInTheMiddleChangesNothing() throws Exception {
    // given
    Stage stage = inTheMiddle(1);

    // when
    stage.broker(1).stopProcess();
    stage.broker(1).startProcess();
    stage.flow().produce(slice.secondHalf());

    // then
    assertThat(stage.flow().awaitOutcome(slice)).isEqualTo(undisturbed);
  }

  @Test
  void aBrokerThatIsLostOfThreeChangesNothing() throws Exception {
    // given
    Stage stage = inTheMiddle(3);

    // when
    stage.broker(3).kill();
    stage.flow().produce(slice.secondHalf());

    // then
    assertThat(stage.flow().awaitOutcome(slice)).isEqualTo(undisturbed);
  }

  @Test
  void aStandbyTakesOverFromATrainerThatIsKilled() throws Exception {
    // given
    Stage stage = stage(1, Security.NONE);
    stage.services().windowing(Map.of());
    GenericContainer<?> leader = stage.services().training(Map.of());
    await().atMost(Duration.ofMinutes(2)).until(() -> leader.getLogs().contains("leading"));
    GenericContainer<?> standby = stage.services().training(Map.of());
    stage.services().eval(Map.of());
    stage.flow().produce(slice.firstHalf());
    stage.flow().awaitStep(IN_THE_MIDDLE);
    boolean stoodBy = !standby.getLogs().contains("leading");

    // when
    leader.getDockerClient().killContainerCmd(leader.getContainerId()).exec();
    stage.flow().produce(slice.secondHalf());

    // then
    assertThat(stage.flow().awaitOutcome(slice)).isEqualTo(undisturbed);
    assertThat(stoodBy).isTrue();
    assertThat(standby.getLogs()).contains("leading");
  }

  @Test
  void servicesThatAreTerminatedEndWithinTenSecondsAndOthersGoOn() throws Exception {
    // given
    Stage stage = inTheMiddle(1);

    // when
    List<Long> exitCodes = stage.services().terminate();
    stage.services().all();
    stage.flow().produce(slice.secondHalf());

    // then: who is late is killed, and has another exit code
    assertThat(exitCodes).hasSize(3).isSubsetOf(0L, TERMINATED);
    assertThat(stage.flow().awaitOutcome(slice)).isEqualTo(undisturbed);
  }

  @Test
  void aSecuredClusterTakesTheServicesWithTheirRightsAndTurnsAwayAWrongPassword() throws Exception {
    // given
    ScramAndTls security = security();
    Stage stage = secured(security);
    stage.flow().produce(slice.records());

    // when
    String refused =
        stage
            .services()
            .run(
                Images.TRAINER,
                security.secrets("millrace-trainer", "wrong"),
                "train",
                Services.PIPELINE);
    GenericContainer<?> windowing =
        stage.services().windowing(security.secrets("millrace-windowing"));
    GenericContainer<?> trainer = stage.services().training(security.secrets("millrace-trainer"));
    GenericContainer<?> eval = stage.services().eval(security.secrets("millrace-eval"));

    // then
    assertThat(refused).contains("uthentication").endsWith("exit code 1");
    assertThat(stage.flow().awaitOutcome(slice)).isEqualTo(undisturbed);
    for (GenericContainer<?> service : List.of(windowing, trainer, eval)) {
      assertThat(service.getLogs()).doesNotContain("AuthorizationException");
    }
    GroupNames groups = new GroupNames("flights");
    try (Admin scaling =
        Admin.create(new HashMap<String, Object>(stage.kafka("millrace-scaling")))) {
      for (String group : List.of(groups.windowing(), groups.scoring())) {
        assertThat(scaling.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get())
            .as("what scales sees the positions of " + group)
            .isNotEmpty();
      }
    }
  }

  @Test
  void aTrainerHasTheRightToDeleteWhatNoCheckpointNeeds() throws Exception {
    // given
    ScramAndTls security = security();
    Stage stage = secured(security);
    stage.services().windowing(security.secrets("millrace-windowing"));
    stage
        .services()
        .training(
            security.secrets("millrace-trainer"),
            Map.of(
                "MILLRACE_TRAINING__SAVE_TOTAL_LIMIT", "2", "MILLRACE_CHECKPOINT__MIN_AGE", "0s"));

    // when
    stage.flow().produce(slice.records());

    // then
    stage.flow().awaitTrimmedLog();
  }

  private static ScramAndTls security() throws Exception {
    return new ScramAndTls(
        directory, Rights.users().stream().map(user -> user.getMetadata().getName()).toList());
  }

  /** A cluster on which the manifests' users have the manifests' rights. */
  private Stage secured(ScramAndTls security) throws Exception {
    Stage stage = stage(1, security);
    try (Admin admin = Admin.create(new HashMap<String, Object>(stage.kafka()))) {
      admin.createAcls(Rights.users().stream().flatMap(Rights::acls).toList()).all().get();
    }
    return stage;
  }

  /** All services at work, with half of the records still to come. */
  private Stage inTheMiddle(int brokers) throws Exception {
    Stage stage = stage(brokers, Security.NONE);
    stage.services().all();
    stage.flow().produce(slice.firstHalf());
    stage.flow().awaitStep(IN_THE_MIDDLE);
    return stage;
  }

  private Stage stage(int brokers, Security security) throws Exception {
    Stage stage = Stage.of(brokers, security);
    toClose = List.of(stage);
    return stage;
  }
}
