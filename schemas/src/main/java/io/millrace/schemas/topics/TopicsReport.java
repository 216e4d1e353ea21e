package io.millrace.schemas.topics;

import java.util.List;

/**
 * What was found on the cluster.
 *
 * @param created topics that were absent and were made
 * @param existing topics that were there before
 * @param differences of the existing ones from the plan
 */
public record TopicsReport(
    List<String> created, List<String> existing, List<Difference> differences) {
  public TopicsReport {
    created = List.copyOf(created);
    existing = List.copyOf(existing);
    differences = List.copyOf(differences);
  }
}
