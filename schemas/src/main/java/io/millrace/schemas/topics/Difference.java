package io.millrace.schemas.topics;

/**
 * Where a topic is not as planned.
 *
 * @param setting a topic setting, {@code partitions} or {@code replication.factor}
 * @param required a service does not start with it
 * @param remedy the command that mends it, or what to do where no command can
 */
public record Difference(
    String topic, String setting, String found, String expected, boolean required, String remedy) {
  @Override
  public String toString() {
    return "topic %s: %s is %s, expected %s%s; %s"
        .formatted(topic, setting, found, expected, required ? "" : " (advised)", remedy);
  }
}
