package io.millrace.deploy.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.deploy.containers.Flow.Outcome;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;

/**
 * The images as they are deployed, through the faults that a cluster has. Whatever happens, the
 * train log holds every sample once, and the weights are those of a run in which nothing happened.
 */
@Tag("containers")
class ContainersTest {
  private static final int HALF = Flow.SAMPLES / 2;

  private static Outcome undisturbed = new Outcome(List.of(), "");

  @TempDir private static Path directory = Path.of("");

  private final Network network = Network.newNetwork();
  private final String volume = "millrace-test-" + UUID.randomUUID();
  private List<KafkaNode> cluster = List.of();

  @BeforeAll
  static void runUndisturbed() throws Exception {
    var stage = new ContainersTest();
    try {
      undisturbed = stage.mainFlow();
    } finally {
      stage.tearDown();
    }
  }

  @AfterEach
  void tearDown() {
    cluster.forEach(GenericContainer::stop);
    DockerClientFactory.instance().client().removeVolumeCmd(volume).exec();
    network.close();
  }

  private Outcome mainFlow() throws Exception {
    Flow flow = start(1, Security.NONE);
    flow.createTopics();
    try (Services services = services(1)) {
      services.windowing(Map.of());
      services.training(Map.of());
      services.eval(Map.of());
      flow.produce(0, Flow.SAMPLES);
      Outcome outcome = flow.outcome();
      flow.awaitScored(Flow.SAMPLES);
      assertThat(outcome.trained()).isEqualTo(flow.expectedTrained());
      return outcome;
    }
  }

  @Test
  void aBrokerThatIsStoppedAndStartedInTheMiddleChangesNothing() throws Exception {
    // given
    Flow flow = start(1, Security.NONE);
    flow.createTopics();
    try (Services services = services(1)) {
      services.windowing(Map.of());
      services.training(Map.of());
      services.eval(Map.of());
      flow.produce(0, HALF);
      flow.awaitStep(20);

      // when
      cluster.get(0).stopProcess();
      cluster.get(0).startProcess();
      flow.produce(HALF, Flow.SAMPLES);

      // then
      assertThat(flow.outcome()).isEqualTo(undisturbed);
      flow.awaitScored(Flow.SAMPLES);
    }
  }

  @Test
  void aStandbyTakesOverFromATrainerThatIsKilled() throws Exception {
    // given
    Flow flow = start(1, Security.NONE);
    flow.createTopics();
    try (Services services = services(1)) {
      services.windowing(Map.of());
      GenericContainer<?> leader = services.training(Map.of());
      await().atMost(Duration.ofMinutes(2)).until(() -> leader.getLogs().contains("leading"));
      GenericContainer<?> standby = services.training(Map.of());
      flow.produce(0, HALF);
      flow.awaitStep(20);

      // when
      leader.getDockerClient().killContainerCmd(leader.getContainerId()).exec();
      flow.produce(HALF, Flow.SAMPLES);

      // then
      assertThat(flow.outcome()).isEqualTo(undisturbed);
      assertThat(standby.getLogs()).contains("leading");
    }
  }

  @Test
  void aBrokerThatIsLostOfThreeChangesNothing() throws Exception {
    // given
    Flow flow = start(3, Security.NONE);
    flow.createTopics();
    try (Services services = services(3)) {
      services.windowing(Map.of());
      services.training(Map.of());
      services.eval(Map.of());
      flow.produce(0, HALF);
      flow.awaitStep(20);

      // when
      cluster.get(2).getDockerClient().killContainerCmd(cluster.get(2).getContainerId()).exec();
      flow.produce(HALF, Flow.SAMPLES);

      // then
      assertThat(flow.outcome()).isEqualTo(undisturbed);
      flow.awaitScored(Flow.SAMPLES);
    }
  }

  @Test
  void aSecuredClusterTakesTheServicesWithTheirRightsAndTurnsAwayAWrongPassword() throws Exception {
    // given
    List<KafkaUser> users = Rights.users();
    ScramAndTls security =
        new ScramAndTls(
            directory, users.stream().map(user -> user.getMetadata().getName()).toList());
    Flow flow = start(1, security);
    flow.createTopics();
    try (Admin admin = Admin.create(new HashMap<String, Object>(clients(security)))) {
      admin.createAcls(users.stream().flatMap(Rights::acls).toList()).all().get();
    }
    try (Services services = new Services(network, volume, secured(1))) {
      // when
      GenericContainer<?> refused =
          services.failing(
              credentials(security, "millrace-trainer", "wrong"),
              "train",
              "/etc/millrace/pipeline.yaml");

      // then
      assertThat(refused.getLogs()).contains("uthentication");

      // when
      services.windowing(
          credentials(security, "millrace-windowing", ScramAndTls.password("millrace-windowing")));
      services.training(
          credentials(security, "millrace-trainer", ScramAndTls.password("millrace-trainer")));
      GenericContainer<?> eval =
          services.eval(
              credentials(security, "millrace-eval", ScramAndTls.password("millrace-eval")));
      flow.produce(0, Flow.SAMPLES);

      // then
      assertThat(flow.outcome()).isEqualTo(undisturbed);
      flow.awaitScored(Flow.SAMPLES);
      assertThat(eval.getLogs()).doesNotContain("AuthorizationException");
    }
  }

  private Flow start(int nodes, Security security) throws Exception {
    cluster = KafkaNode.cluster(network, nodes, security);
    return new Flow(clients(security), nodes);
  }

  private Map<String, String> clients(Security security) {
    Map<String, String> kafka = new HashMap<>(security.client(ScramAndTls.ADMIN));
    kafka.put(
        "bootstrap.servers",
        cluster.stream().map(KafkaNode::hostAddress).collect(Collectors.joining(",")));
    return kafka;
  }

  private Services services(int nodes) {
    return new Services(network, volume, environment(nodes));
  }

  private static Map<String, String> environment(int nodes) {
    return Map.of(
        "MILLRACE_KAFKA__BOOTSTRAP_SERVERS",
        KafkaNode.bootstrap(nodes),
        "MILLRACE_TOPICS__REPLICATION_FACTOR",
        Integer.toString(nodes),
        "MILLRACE_CHECKPOINT__STORE",
        "/var/lib/millrace/checkpoints",
        "MILLRACE_TRAINING__BATCH_MAX_WAIT",
        "1h",
        "MILLRACE_TRAINING__THREADS",
        "1",
        "MILLRACE_TRAINING__MAX_STEPS",
        Integer.toString(Flow.STEPS));
  }

  private static Map<String, String> secured(int nodes) {
    Map<String, String> environment = new HashMap<>(environment(nodes));
    environment.put("MILLRACE_KAFKA__SECURITY_PROTOCOL", "SASL_SSL");
    environment.put("MILLRACE_KAFKA__SASL_MECHANISM", "SCRAM-SHA-512");
    environment.put("MILLRACE_KAFKA__SASL_JAAS_CONFIG", "${file:/etc/millrace/kafka-user}");
    environment.put("MILLRACE_KAFKA__SSL_TRUSTSTORE_TYPE", "PEM");
    environment.put("MILLRACE_KAFKA__SSL_TRUSTSTORE_LOCATION", "/etc/millrace/ca.crt");
    return environment;
  }

  private static Map<String, byte[]> credentials(ScramAndTls security, String user, String password)
      throws Exception {
    return Map.of(
        "/etc/millrace/kafka-user", KafkaNode.utf8(ScramAndTls.login(user, password)),
        "/etc/millrace/ca.crt", security.certificate());
  }
}
