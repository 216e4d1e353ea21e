package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The component that puts checkpoints into S3, held against the base that it changes. */
class S3ComponentTest {
  private static final Path KUBERNETES = Repository.DEPLOY.resolve("kubernetes");
  private static final Path COMPONENT = KUBERNETES.resolve("components/s3");

  @TempDir private Path directory = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"trainer", "eval"})
  void theServicesStoreIsKnownToMillraceAndTheVolumeIsGone(String service) throws IOException {
    // given
    Deployment base = deployment(KUBERNETES.resolve("base"), service);
    Deployment patch = deployment(COMPONENT, service);
    PodSpec before = base.getSpec().getTemplate().getSpec();
    Container patched = patch.getSpec().getTemplate().getSpec().getContainers().get(0);

    // when
    LoadedPipeline pipeline = pipeline(patched.getEnv());

    // then
    assertThat(pipeline.checkpointStore()).startsWith("s3://");
    assertThat(patch.getMetadata().getName()).isEqualTo(base.getMetadata().getName());
    assertThat(patched.getName()).isEqualTo(before.getContainers().get(0).getName());
    assertThat(before.getVolumes())
        .extracting(Volume::getName)
        .containsAll(deleted(service, "/spec/template/spec/volumes", "name"));
    assertThat(before.getContainers().get(0).getVolumeMounts())
        .extracting(VolumeMount::getMountPath)
        .containsAll(
            deleted(service, "/spec/template/spec/containers/0/volumeMounts", "mountPath"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"trainer", "eval"})
  void credentialsAreAFileOfTheServicesOwnUser(String service) throws IOException {
    // given
    PodSpec pod = deployment(COMPONENT, service).getSpec().getTemplate().getSpec();
    Container container = pod.getContainers().get(0);

    // when
    String file = environment(container.getEnv()).get("AWS_SHARED_CREDENTIALS_FILE");
    VolumeMount mount =
        container.getVolumeMounts().stream()
            .filter(candidate -> "s3".equals(candidate.getName()))
            .findFirst()
            .orElseThrow();

    // then
    assertThat(file).startsWith(mount.getMountPath() + "/");
    assertThat(pod.getVolumes())
        .filteredOn(volume -> "s3".equals(volume.getName()))
        .extracting(volume -> volume.getSecret().getSecretName())
        .containsExactly("millrace-s3-" + service);
    assertThat(environment(container.getEnv())).doesNotContainKey("AWS_SECRET_ACCESS_KEY");
  }

  @Test
  void thoseThatUseTheStoreMayReachIt() throws IOException {
    // when
    var policy = (NetworkPolicy) Manifests.read(COMPONENT.resolve("network.yaml")).get(0);

    // then
    assertThat(policy.getSpec().getPodSelector().getMatchExpressions().get(0).getValues())
        .containsExactly("millrace-trainer", "millrace-eval");
    assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Egress");
  }

  private static Deployment deployment(Path directory, String service) throws IOException {
    return Manifests.read(directory.resolve(service + ".yaml")).stream()
        .filter(Deployment.class::isInstance)
        .map(Deployment.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static List<String> deleted(String service, String at, String key) throws IOException {
    JsonNode patch = new YAMLMapper().readTree(COMPONENT.resolve(service + ".yaml").toFile());
    List<String> deleted =
        patch.at(at).findParents("$patch").stream().map(node -> node.path(key).asText()).toList();
    assertThat(deleted).hasSize(1);
    return deleted;
  }

  private static Map<String, String> environment(List<EnvVar> variables) {
    return variables.stream().collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
  }

  private LoadedPipeline pipeline(List<EnvVar> variables) throws IOException {
    Path secret = Files.writeString(directory.resolve("sasl.jaas.config"), "x");
    String yaml =
        Files.readString(KUBERNETES.resolve("base/pipeline.yaml"))
            .replace("/etc/millrace/kafka-user/sasl.jaas.config", secret.toString());
    return new PipelineLoader(environment(variables), List.of()).load(yaml, directory);
  }
}
