package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.topics.Expectation;
import io.millrace.schemas.topics.GroupNames;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.TopicSpec;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import io.strimzi.api.kafka.model.user.KafkaUserAuthorizationSimple;
import io.strimzi.api.kafka.model.user.acl.AclResourcePatternType;
import io.strimzi.api.kafka.model.user.acl.AclRule;
import io.strimzi.api.kafka.model.user.acl.AclRuleGroupResource;
import io.strimzi.api.kafka.model.user.acl.AclRuleResource;
import io.strimzi.api.kafka.model.user.acl.AclRuleTransactionalIdResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manifests as their own models read them, held against each other and against Millrace. */
class KubernetesTest {
  private static final Path BASE = Repository.DEPLOY.resolve("kubernetes/base");

  @TempDir private Path directory = Path.of("");

  @Test
  void everyManifestIsKnownToItsModel() throws IOException {
    for (Path file : Manifests.files()) {
      assertThat(Manifests.read(file)).as(file.toString()).isNotEmpty();
    }
  }

  @Test
  void anUnknownFieldIsRefused() throws IOException {
    // given
    Path file = directory.resolve("service.yaml");
    Files.writeString(
        file, "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {prots: []}\n");

    // then
    assertThatThrownBy(() -> Manifests.read(file)).hasMessageContaining("prots");
  }

  @Test
  void aKustomizationNamesFilesThatAreThereAndLeavesNoneOut() throws IOException {
    for (Path file : Repository.files("kubernetes", "kustomization.yaml")) {
      var kustomization = (Kustomize.Kustomization) Manifests.read(file).get(0);
      for (String resource : orEmpty(kustomization.resources())) {
        assertThat(file.resolveSibling(resource)).exists();
      }
      for (String component : orEmpty(kustomization.components())) {
        assertThat(file.resolveSibling(component).resolve("kustomization.yaml")).exists();
      }
      for (Kustomize.Patch patch : orEmpty(kustomization.patches())) {
        assertThat(file.resolveSibling(patch.path())).exists();
      }
    }
    var base = (Kustomize.Kustomization) Manifests.read(BASE.resolve("kustomization.yaml")).get(0);
    try (var files = Files.list(BASE)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> !name.equals("kustomization.yaml") && !name.equals("pipeline.yaml"))
          .containsExactlyInAnyOrderElementsOf(orEmpty(base.resources()));
    }
  }

  @Test
  void labelsSelectWhatTheyAreMeantToSelect() throws IOException {
    Map<String, Map<String, String>> podLabels = new HashMap<>();
    for (Deployment deployment : base(Deployment.class)) {
      Map<String, String> labels = deployment.getSpec().getTemplate().getMetadata().getLabels();
      assertThat(labels).containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels());
      podLabels.put(deployment.getMetadata().getName(), labels);
    }
    for (Service service : base(Service.class)) {
      assertThat(podLabels.get(service.getMetadata().getName()))
          .containsAllEntriesOf(service.getSpec().getSelector());
    }
    for (PodDisruptionBudget budget : base(PodDisruptionBudget.class)) {
      assertThat(podLabels.get(budget.getMetadata().getName()))
          .containsAllEntriesOf(budget.getSpec().getSelector().getMatchLabels());
    }
    for (ServiceMonitor monitor : base(ServiceMonitor.class)) {
      Service service = Manifests.named(Service.class, monitor.getMetadata().getName());
      assertThat(service.getMetadata().getLabels())
          .containsAllEntriesOf(monitor.getSpec().getSelector().getMatchLabels());
      assertThat(service.getSpec().getPorts())
          .extracting(port -> port.getName())
          .contains(monitor.getSpec().getEndpoints().get(0).getPort());
    }
  }

  @Test
  void aPodHasTheVolumesItMountsTheProbesItsPortsAndNoMoreRightsThanItNeeds() throws IOException {
    for (Deployment deployment : base(Deployment.class)) {
      PodSpec pod = deployment.getSpec().getTemplate().getSpec();
      Container container = pod.getContainers().get(0);
      assertThat(pod.getVolumes())
          .extracting(Volume::getName)
          .containsExactlyInAnyOrderElementsOf(
              container.getVolumeMounts().stream().map(VolumeMount::getName).toList());
      assertThat(container.getPorts()).extracting(ContainerPort::getName).containsExactly("ops");
      for (Probe probe :
          List.of(
              container.getStartupProbe(),
              container.getLivenessProbe(),
              container.getReadinessProbe())) {
        assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("ops");
        assertThat(probe.getHttpGet().getPath()).startsWith("/health/");
      }
      assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
      assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
      assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
      assertThat(pod.getEnableServiceLinks()).as("service links look like settings").isFalse();
      assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThanOrEqualTo(10);
    }
  }

  @Test
  void aStoreThatBothServicesUseCanBeWrittenFromSeveralNodes() throws IOException {
    for (PersistentVolumeClaim claim : base(PersistentVolumeClaim.class)) {
      assertThat(claim.getSpec().getAccessModes()).containsExactly("ReadWriteMany");
    }
  }

  @Test
  void thePipelineIsKnownToMillraceWithTheServicesVariables() throws IOException {
    for (Deployment deployment : base(Deployment.class)) {
      Map<String, String> environment =
          deployment.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv().stream()
              .collect(
                  Collectors.toMap(
                      EnvVar::getName,
                      variable -> Objects.requireNonNullElse(variable.getValue(), "x")));
      assertThat(pipeline(environment).pipeline()).isEqualTo("flights");
    }
  }

  @Test
  void theTopicsAreAsPlanned() throws IOException {
    // given
    PipelineConfig config = pipeline(Map.of());
    TopicPlan plan = TopicPlan.of(config);
    Map<String, KafkaTopic> topics = new TreeMap<>();
    base(KafkaTopic.class).forEach(topic -> topics.put(topic.getMetadata().getName(), topic));

    // then
    assertThat(topics).containsKey(config.samples().topic()).hasSize(plan.topics().size() + 1);
    for (TopicSpec spec : plan.topics()) {
      KafkaTopic topic = Objects.requireNonNull(topics.get(spec.name()), spec.name());
      assertThat(topic.getSpec().getPartitions()).isEqualTo(spec.partitions());
      assertThat(topic.getSpec().getReplicas()).isEqualTo(plan.replicationFactor());
      for (Expectation expectation : spec.expectations()) {
        assertThat(topic.getSpec().getConfig())
            .as(spec.name())
            .extractingByKey(expectation.setting())
            .asString()
            .isEqualTo(expectation.value());
      }
    }
  }

  @Test
  void whatScalesAndWhatIsMountedIsThere() throws IOException {
    List<String> deployments =
        base(Deployment.class).stream()
            .map(deployment -> deployment.getMetadata().getName())
            .toList();
    int partitions =
        Manifests.named(KafkaTopic.class, "flights.arrivals").getSpec().getPartitions();
    for (Keda.ScaledObject scaled : base(Keda.ScaledObject.class)) {
      assertThat(deployments).contains(scaled.spec().scaleTargetRef().name());
      assertThat(scaled.spec().maxReplicaCount()).isEqualTo(partitions);
    }
    List<String> users =
        base(KafkaUser.class).stream().map(user -> user.getMetadata().getName()).toList();
    String scaling =
        Manifests.named(Secret.class, "millrace-scaling-name").getStringData().get("username");
    assertThat(users).contains(scaling);
    for (Deployment deployment : base(Deployment.class)) {
      assertThat(users).contains(deployment.getMetadata().getName());
    }
  }

  @Test
  void rightsAndScalersNameGroupsAndTransactionalIdsThatMillraceUses() throws IOException {
    // given
    GroupNames groups = new GroupNames(pipeline(Map.of()).pipeline());
    Set<String> names =
        Set.of(
            groups.windowing(),
            groups.beginning(),
            groups.trainer(),
            groups.scoring(),
            groups.aggregation());
    List<AclRuleResource> rights =
        base(KafkaUser.class).stream()
            .map(user -> (KafkaUserAuthorizationSimple) user.getSpec().getAuthorization())
            .flatMap(authorization -> authorization.getAcls().stream())
            .map(AclRule::getResource)
            .toList();

    // then
    for (AclRuleResource right : rights) {
      if (right instanceof AclRuleGroupResource group) {
        requireNamed(names, group.getName(), group.getPatternType());
      } else if (right instanceof AclRuleTransactionalIdResource id) {
        requireNamed(names, id.getName(), id.getPatternType());
      }
    }
    assertThat(rights).hasAtLeastOneElementOfType(AclRuleGroupResource.class);
    assertThat(rights).hasAtLeastOneElementOfType(AclRuleTransactionalIdResource.class);
    assertThat(base(Keda.ScaledObject.class))
        .flatExtracting(scaled -> scaled.spec().triggers())
        .extracting(trigger -> trigger.metadata().get("consumerGroup"))
        .containsExactlyInAnyOrder(groups.windowing(), groups.scoring());
  }

  private static void requireNamed(
      Set<String> names, String name, @Nullable AclResourcePatternType pattern) {
    if (pattern == AclResourcePatternType.PREFIX) {
      assertThat(names).as(name).anyMatch(known -> known.startsWith(name));
    } else {
      assertThat(names).contains(name);
    }
  }

  private static <T> List<T> base(Class<T> kind) throws IOException {
    List<T> found = new java.util.ArrayList<>();
    try (var files = Files.list(BASE)) {
      for (Path file : files.filter(file -> !file.endsWith("pipeline.yaml")).sorted().toList()) {
        Manifests.read(file).stream().filter(kind::isInstance).map(kind::cast).forEach(found::add);
      }
    }
    assertThat(found).as(kind.getSimpleName()).isNotEmpty();
    found.forEach(
        object ->
            assertThat(object instanceof HasMetadata named ? named.getMetadata().getName() : "x")
                .isNotBlank());
    return found;
  }

  /** With files in the places of the mounted secrets. */
  private PipelineConfig pipeline(Map<String, String> environment) throws IOException {
    Path secret = Files.writeString(directory.resolve("sasl.jaas.config"), "x");
    String yaml =
        Files.readString(BASE.resolve("pipeline.yaml"))
            .replace("/etc/millrace/kafka-user/sasl.jaas.config", secret.toString());
    return new PipelineLoader(environment, List.of()).load(yaml, directory).config();
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
