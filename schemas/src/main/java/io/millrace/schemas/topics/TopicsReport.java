package io.millrace.schemas.topics;

import java.util.List;

/**
 * The state of a pipeline's topics on the cluster.
 *
 * @param created topics that were missing and were created
 * @param existing topics that existed before
 * @param differences of the existing topics from the plan
 */
public record TopicsReport(
    List<String> created, List<String> existing, List<Difference> differences) {
  public TopicsReport {
    created = List.copyOf(created);
    existing = List.copyOf(existing);
    differences = List.copyOf(differences);
  }
}
