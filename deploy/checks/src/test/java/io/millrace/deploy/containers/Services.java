package io.millrace.deploy.containers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** The services as they are deployed: no root, no writable root file system, one store for all. */
final class Services implements AutoCloseable {
  private static final String PIPELINE = "/etc/millrace/pipeline.yaml";

  private final Network network;
  private final String volume;
  private final Map<String, String> environment;
  private final List<GenericContainer<?>> started = new ArrayList<>();

  /**
   * @param volume the name of the store's volume, made on first use
   * @param environment settings, as variables
   */
  Services(Network network, String volume, Map<String, String> environment) {
    this.network = network;
    this.volume = volume;
    this.environment = environment;
  }

  GenericContainer<?> windowing(Map<String, byte[]> files) {
    return start(Images.TRAINER, files, true, "train", "--only", "windowing", PIPELINE);
  }

  GenericContainer<?> training(Map<String, byte[]> files) {
    return start(Images.TRAINER, files, true, "train", "--only", "training", PIPELINE);
  }

  GenericContainer<?> eval(Map<String, byte[]> files) {
    return start(Images.EVAL, files, true, "evaluate", PIPELINE);
  }

  /** One that is expected to end by itself with a failure. */
  GenericContainer<?> failing(Map<String, byte[]> files, String... command) {
    return start(Images.TRAINER, files, false, command);
  }

  private GenericContainer<?> start(
      DockerImageName image, Map<String, byte[]> files, boolean up, String... command) {
    GenericContainer<?> container =
        new GenericContainer<>(image)
            .withNetwork(network)
            .withCommand(command)
            .withEnv(environment)
            .withCopyToContainer(
                MountableFile.forClasspathResource("/flights.yaml", 0644), PIPELINE)
            .withTmpFs(Map.of("/tmp", "rw,exec"))
            .withCreateContainerCmdModifier(
                create -> {
                  create
                      .getHostConfig()
                      .withBinds(
                          com.github.dockerjava.api.model.Bind.parse(
                              volume + ":/var/lib/millrace"));
                  create
                      .getHostConfig()
                      .withCapDrop(com.github.dockerjava.api.model.Capability.ALL);
                })
            .withStartupTimeout(Duration.ofMinutes(3));
    files.forEach(
        (path, bytes) -> container.withCopyToContainer(Transferable.of(bytes, 0644), path));
    container.waitingFor(
        up
            ? Wait.forLogMessage(".*-service is up.*", 1)
            : Wait.forLogMessage("(?s).*millrace:.*", 1));
    started.add(container);
    container.start();
    return container;
  }

  @Override
  public void close() {
    started.forEach(GenericContainer::stop);
  }
}
