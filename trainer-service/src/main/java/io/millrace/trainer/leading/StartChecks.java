package io.millrace.trainer.leading;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.topics.SampleTimestamps;
import io.millrace.schemas.topics.TopicPlan;
import io.millrace.schemas.topics.Topics;
import io.millrace.schemas.topics.TopicsException;
import java.util.HashMap;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must hold of the topics before training starts, and what is worth a word. */
final class StartChecks {
  private static final Logger log = LoggerFactory.getLogger(StartChecks.class);

  private StartChecks() {}

  /**
   * @throws TopicsException if topics are missing, or one differs in what the promises rest on
   */
  static void run(PipelineConfig config) {
    try (Admin admin = Admin.create(new HashMap<String, Object>(config.kafka()))) {
      Topics.check(admin, TopicPlan.of(config))
          .forEach(
              difference ->
                  log.atWarn().addKeyValue("difference", difference).log("topic differs"));
      SampleTimestamps.warning(admin, config.samples().topic())
          .ifPresent(
              warning ->
                  log.atWarn().addKeyValue("warning", warning).log("timestamps of the samples"));
    }
  }
}
