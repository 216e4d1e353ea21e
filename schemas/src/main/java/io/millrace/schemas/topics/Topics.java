package io.millrace.schemas.topics;

import io.millrace.schemas.kafka.AnswerException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;

/** Makes a pipeline's topics, and says where those on a cluster are not as planned. */
public final class Topics {
  private Topics() {}

  /**
   * Creates the topics that are absent and compares the others with the plan. Changes none that
   * exist. May be called again, and by several at once.
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
    var compared = plan.topics().stream().filter(spec -> existing.contains(spec.name())).toList();
    return new TopicsReport(
        created, existing, cluster.differences(compared, plan.replicationFactor()));
  }

  /**
   * What a service asks at its start.
   *
   * @return differences that are worth a warning; never null, mostly empty
   * @throws TopicsException if topics are missing, if one differs in what the promises rest on (a
   *     train log with a time or size limit, for one), or if the cluster cannot be reached
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
          "topics are missing: " + missing + "; make them with: millrace topics create FILE", null);
    }
    var differences = cluster.differences(plan.topics(), plan.replicationFactor());
    var required = differences.stream().filter(Difference::required).toList();
    if (!required.isEmpty()) {
      throw new TopicsException(
          required.stream()
              .map(Difference::toString)
              .collect(Collectors.joining("\n  ", "topics are not fit for use:\n  ", "")),
          null);
    }
    return differences;
  }
}
