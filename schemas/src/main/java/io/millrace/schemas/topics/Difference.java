package io.millrace.schemas.topics;

/**
 * A difference between a topic and its plan.
 *
 * @param setting a topic setting, {@code partitions} or {@code replication.factor}
 * @param required whether a service refuses to start with it
 * @param remedy the command that corrects it, or what to do if no command can
 */
public record Difference(
    String topic, String setting, String found, String expected, boolean required, String remedy) {
  @Override
  public String toString() {
    return "topic %s: %s is %s, expected %s%s; %s"
        .formatted(topic, setting, found, expected, required ? "" : " (advised)", remedy);
  }
}
