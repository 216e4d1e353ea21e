package io.millrace.schemas.topics;

import static io.millrace.schemas.topics.Expectation.ExpectationRule.ADVISED;
import static io.millrace.schemas.topics.Expectation.ExpectationRule.AT_LEAST;
import static io.millrace.schemas.topics.Expectation.ExpectationRule.EXACT;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.TopicsConfig;
import io.millrace.schemas.config.binding.ConfigException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The settings with which all of a pipeline's own topics are created. The samples' topic is the
 * user's.
 */
public record TopicPlan(int replicationFactor, List<TopicSpec> topics) {
  /*
   * Retention, and why:
   *   train-log     for ever: weights are a function of it, and only the trainer knows what it still needs.
   *                 Small segments, since deleting records frees whole segments.
   *   promotions    for ever: the append-only record of the checkpoints in force. Not compacted: every
   *                 decision has the same key.
   *   checkpoints,  the last record per key; tombstones record deletions.
   *   progress      An announcement has the broker's time, which decides what counts as live.
   *   score-sums    a week: consumed within a second, but aggregation may be down over a weekend, and
   *                 must then find them all. Evaluations and promotions keep the results.
   *   evaluations   the last record per window, a week.
   *   dead-letters  30 days, to be inspected and sent back.
   * One partition each: the volume is small, and a total order is worth more.
   */
  private static final String FOR_EVER = "-1";
  private static final String WEEK = Long.toString(Duration.ofDays(7).toMillis());
  private static final String MONTH = Long.toString(Duration.ofDays(30).toMillis());
  private static final String SMALL_SEGMENT_BYTES = Integer.toString(16 << 20);
  private static final String TRAIN_LOG_SEGMENT_BYTES = Integer.toString(64 << 20);
  private static final Set<String> OURS =
      Set.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.RETENTION_MS_CONFIG,
          TopicConfig.RETENTION_BYTES_CONFIG,
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG);

  public TopicPlan {
    topics = List.copyOf(topics);
  }

  public static TopicPlan of(PipelineConfig config) {
    return of(config.pipeline(), config.topics());
  }

  /**
   * @throws ConfigException if {@code topics.properties} contains a setting that differs from topic
   *     to topic
   */
  public static TopicPlan of(String pipeline, TopicsConfig config) {
    requireNoneOfOurs(config.properties());
    var names = new TopicNames(pipeline);
    String maxBytes = Integer.toString(config.trainLogMaxMessageBytes());
    var topics =
        List.of(
            keptForEver(names.trainLog())
                .with(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, maxBytes, AT_LEAST)
                .with(TopicConfig.SEGMENT_BYTES_CONFIG, TRAIN_LOG_SEGMENT_BYTES, ADVISED),
            deletedAfter(names.deadLetters(), MONTH)
                .with(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, maxBytes, ADVISED),
            compacted(names.checkpoints())
                .with(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime", EXACT),
            compacted(names.progress()),
            deletedAfter(names.scoreSums(), WEEK),
            new TopicDraft(names.evaluations())
                .with(TopicConfig.CLEANUP_POLICY_CONFIG, "compact,delete", ADVISED)
                .with(TopicConfig.RETENTION_MS_CONFIG, WEEK, ADVISED)
                .with(TopicConfig.SEGMENT_BYTES_CONFIG, SMALL_SEGMENT_BYTES, ADVISED),
            keptForEver(names.promotions()));
    return new TopicPlan(
        config.replicationFactor(),
        topics.stream().map(draft -> draft.toSpec(config.properties())).toList());
  }

  /**
   * The samples' topic alone, for users who let Millrace create it. It uses the broker's time,
   * which decides what counts as live.
   */
  public static TopicPlan ofSamples(PipelineConfig config, int partitions) {
    var time = new Expectation(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime", ADVISED);
    return new TopicPlan(
        config.topics().replicationFactor(),
        List.of(new TopicSpec(config.samples().topic(), partitions, List.of(time))));
  }

  private static TopicDraft keptForEver(String name) {
    return new TopicDraft(name)
        .with(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE, EXACT)
        .with(TopicConfig.RETENTION_MS_CONFIG, FOR_EVER, EXACT)
        .with(TopicConfig.RETENTION_BYTES_CONFIG, FOR_EVER, EXACT);
  }

  private static TopicDraft deletedAfter(String name, String retentionMs) {
    return new TopicDraft(name)
        .with(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE, EXACT)
        .with(TopicConfig.RETENTION_MS_CONFIG, retentionMs, ADVISED);
  }

  private static TopicDraft compacted(String name) {
    return new TopicDraft(name)
        .with(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT, EXACT)
        .with(TopicConfig.SEGMENT_BYTES_CONFIG, SMALL_SEGMENT_BYTES, ADVISED);
  }

  private static void requireNoneOfOurs(Map<String, String> properties) {
    var problems =
        OURS.stream()
            .filter(properties::containsKey)
            .sorted()
            .map(
                key ->
                    new ConfigException.Problem(
                        "topics.properties." + key,
                        "found '%s', but each topic has a value of its own; leave it out"
                            .formatted(properties.get(key))))
            .toList();
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private record TopicDraft(String name, List<Expectation> expectations) {
    TopicDraft(String name) {
      this(name, List.of());
    }

    TopicDraft with(String setting, String value, Expectation.ExpectationRule rule) {
      var more = new ArrayList<>(expectations);
      more.removeIf(expectation -> expectation.setting().equals(setting));
      more.add(new Expectation(setting, value, rule));
      return new TopicDraft(name, more);
    }

    TopicSpec toSpec(Map<String, String> properties) {
      var draft = this;
      for (var property : properties.entrySet()) {
        draft = draft.with(property.getKey(), property.getValue(), ADVISED);
      }
      return new TopicSpec(draft.name(), 1, draft.expectations());
    }
  }
}
