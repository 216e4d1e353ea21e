package io.millrace.deploy.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * The services as they are deployed: no root, no capabilities, a root file system that is
 * read-only, one store for all.
 */
final class Services implements AutoCloseable {
  static final String PIPELINE = "/etc/millrace/pipeline.yaml";
  private static final String UP = "-service is up";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int GRACE_SECONDS = 10;

  private final Network network;
  private final String volume;
  private final Map<String, String> environment;
  private final Path files;
  private final List<GenericContainer<?>> started = new ArrayList<>();

  /**
   * @param volume the name of the store's volume, created on first use
   * @param environment settings, as variables
   */
  Services(Network network, String volume, Map<String, String> environment) throws IOException {
    this.network = network;
    this.volume = volume;
    this.environment = environment;
    this.files = Files.createTempDirectory("millrace-files");
  }

  GenericContainer<?> windowing(Map<String, byte[]> secrets) throws IOException {
    return start(Images.TRAINER, secrets, "train", "--only", "windowing", PIPELINE);
  }

  GenericContainer<?> training(Map<String, byte[]> secrets) throws IOException {
    return training(secrets, Map.of());
  }

  /**
   * @param settings in addition to the common ones, as variables
   */
  GenericContainer<?> training(Map<String, byte[]> secrets, Map<String, String> settings)
      throws IOException {
    GenericContainer<?> container =
        container(Images.TRAINER, secrets, "train", "--only", "training", PIPELINE);
    settings.forEach(container::addEnv);
    return started(container);
  }

  GenericContainer<?> eval(Map<String, byte[]> secrets) throws IOException {
    return start(Images.EVAL, secrets, "evaluate", PIPELINE);
  }

  /** All three, without secrets. */
  void all() throws IOException {
    windowing(Map.of());
    training(Map.of());
    eval(Map.of());
  }

  private GenericContainer<?> start(
      DockerImageName image, Map<String, byte[]> secrets, String... command) throws IOException {
    return started(container(image, secrets, command));
  }

  private static GenericContainer<?> started(GenericContainer<?> container) {
    container.start();
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> container.getLogs().contains(UP) || hasEnded(container));
    assertThat(container.getLogs())
        .as(() -> "what it logged, state " + container.getCurrentContainerInfo().getState())
        .contains(UP);
    return container;
  }

  private static boolean hasEnded(GenericContainer<?> container) {
    return "exited".equals(container.getCurrentContainerInfo().getState().getStatus());
  }

  /** The output of a command that ends by itself; the caller checks its end. */
  String run(DockerImageName image, Map<String, byte[]> secrets, String... command)
      throws IOException {
    GenericContainer<?> container =
        container(image, secrets, command)
            .withStartupCheckStrategy(new Ended().withTimeout(PATIENCE));
    container.start();
    return container.getLogs()
        + "exit code "
        + container.getCurrentContainerInfo().getState().getExitCodeLong();
  }

  private GenericContainer<?> container(
      DockerImageName image, Map<String, byte[]> secrets, String... command) throws IOException {
    List<Bind> binds = new ArrayList<>();
    binds.add(Bind.parse(volume + ":/var/lib/millrace"));
    Map<String, byte[]> mounted = new HashMap<>(secrets);
    mounted.put(PIPELINE, pipeline());
    for (Map.Entry<String, byte[]> file : mounted.entrySet()) {
      Path place = Files.createTempFile(files, "file", "");
      Files.write(place, file.getValue());
      Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rw-r--r--"));
      binds.add(Bind.parse(place + ":" + file.getKey() + ":ro"));
    }
    GenericContainer<?> container =
        new GenericContainer<>(image)
            .withNetwork(network)
            .withCommand(command)
            .withEnv(environment)
            .withTmpFs(Map.of("/tmp", "rw,exec"))
            .withCreateContainerCmdModifier(
                create -> confine(Objects.requireNonNull(create.getHostConfig()), binds));
    started.add(container);
    return container;
  }

  private static void confine(HostConfig host, List<Bind> binds) {
    host.withBinds(binds)
        .withReadonlyRootfs(true)
        .withCapDrop(Capability.ALL)
        .withSecurityOpts(List.of("no-new-privileges:true"));
  }

  private static byte[] pipeline() throws IOException {
    try (InputStream yaml =
        Objects.requireNonNull(Services.class.getResourceAsStream("/flights.yaml"))) {
      return yaml.readAllBytes();
    }
  }

  /** Waits until the images' own health checks are content with all that run. */
  void awaitHealthy() {
    started.forEach(container -> await().atMost(PATIENCE).until(container::isHealthy));
  }

  /** Ends all that run as Docker and Kubernetes do: SIGTERM, and SIGKILL for who is late. */
  List<Long> terminate() {
    List<Long> exitCodes = new ArrayList<>();
    for (GenericContainer<?> container : started) {
      container
          .getDockerClient()
          .stopContainerCmd(container.getContainerId())
          .withTimeout(GRACE_SECONDS)
          .exec();
      exitCodes.add(container.getCurrentContainerInfo().getState().getExitCodeLong());
    }
    return exitCodes;
  }

  /** All containers so far, by what they were started with. */
  Map<String, GenericContainer<?>> started() {
    Map<String, GenericContainer<?>> byName = new LinkedHashMap<>();
    for (GenericContainer<?> container : started) {
      String command = String.join(" ", container.getCommandParts()).replaceAll("\\W+", "-");
      byName.put((byName.size() + 1) + "-" + command, container);
    }
    return byName;
  }

  @Override
  public void close() {
    started.forEach(GenericContainer::stop);
  }

  /** Takes any exit code for an end. */
  private static final class Ended extends OneShotStartupCheckStrategy {
    @Override
    public StartupStatus checkStartupState(DockerClient docker, String id) {
      StartupStatus status = super.checkStartupState(docker, id);
      return status == StartupStatus.FAILED ? StartupStatus.SUCCESSFUL : status;
    }
  }
}
