package io.millrace.deploy.containers;

import org.testcontainers.utility.DockerImageName;

/** Which images are tested; the profile {@code containers} names them. */
final class Images {
  static final DockerImageName KAFKA = named("millrace.image.kafka");
  static final DockerImageName TRAINER = named("millrace.image.trainer");
  static final DockerImageName EVAL = named("millrace.image.eval");

  private Images() {}

  private static DockerImageName named(String property) {
    return DockerImageName.parse(System.getProperty(property, ""));
  }
}
