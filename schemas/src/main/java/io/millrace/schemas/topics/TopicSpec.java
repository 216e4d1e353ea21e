package io.millrace.schemas.topics;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How to create one topic. A service does not start with another number of partitions. */
public record TopicSpec(String name, int partitions, List<Expectation> expectations) {
  public TopicSpec {
    expectations = List.copyOf(expectations);
  }

  Map<String, String> settings() {
    return expectations.stream()
        .collect(Collectors.toUnmodifiableMap(Expectation::setting, Expectation::value));
  }
}
