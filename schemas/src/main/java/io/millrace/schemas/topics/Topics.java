package io.millrace.schemas.topics;

import io.millrace.schemas.kafka.AnswerException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;

/** Creates a pipeline's topics, and compares existing ones with the plan. */
public final class Topics {
  private Topics() {}

  /**
   * Creates missing topics and compares the others with the plan. Does not change existing topics.
   * May be called again, and concurrently.
   *
   * @throws TopicsException if the cluster cannot be reached or refuses
   */
  public static TopicsReport create(Admin admin, TopicPlan plan) {
    try {
      return tryCreate(admin, plan);
    } catch (AnswerException e) {
      throw TopicsException.of(e);
    }
  }

  private static TopicsReport tryCreate(Admin admin, TopicPlan plan) {
    var cluster = new Cluster(admin);
    var existing = new ArrayList<>(cluster.existing(plan.topics()));
    var created = new ArrayList<String>();
    for (var spec : plan.topics()) {
      if (!existing.contains(spec.name())) {
        (cluster.tryCreate(spec, plan.replicationFactor()) ? created : existing).add(spec.name());
      }
    }
    cluster.awaitVisible(plan.topics());
    var compared = plan.topics().stream().filter(spec -> existing.contains(spec.name())).toList();
    return new TopicsReport(
        created, existing, cluster.differences(compared, plan.replicationFactor()));
  }

  /**
   * The check at the start of a service.
   *
   * @return differences that are worth a warning; mostly empty
   * @throws TopicsException if topics are missing, if one differs in a setting that the guarantees
   *     depend on (for example a train log with a time or size limit), or if the cluster cannot be
   *     reached
   */
  public static List<Difference> check(Admin admin, TopicPlan plan) {
    try {
      return tryCheck(admin, plan);
    } catch (AnswerException e) {
      throw TopicsException.of(e);
    }
  }

  private static List<Difference> tryCheck(Admin admin, TopicPlan plan) {
    var cluster = new Cluster(admin);
    var existing = cluster.existing(plan.topics());
    var missing =
        plan.topics().stream()
            .map(TopicSpec::name)
            .filter(name -> !existing.contains(name))
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      throw new TopicsException(
          "topics are missing: " + missing + "; create them with: millrace topics create FILE",
          null);
    }
    var differences = cluster.differences(plan.topics(), plan.replicationFactor());
    var required = differences.stream().filter(Difference::required).toList();
    if (!required.isEmpty()) {
      throw new TopicsException(
          required.stream()
              .map(Difference::toString)
              .collect(Collectors.joining("\n  ", "topics cannot be used:\n  ", "")),
          null);
    }
    return differences;
  }
}
