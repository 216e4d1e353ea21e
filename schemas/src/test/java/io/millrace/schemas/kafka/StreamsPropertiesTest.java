package io.millrace.schemas.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsPropertiesTest {
  @TempDir Path directory;

  @Test
  void thePipelinesOwnWinWhereverThereIsADefault() throws IOException {
    // when
    Properties properties =
        properties(
            "{session.timeout.ms: 9000, linger.ms: 7, client.rack: a, group.instance.id: pod-0}",
            Map.of("producer.linger.ms", "5", "commit.interval.ms", "100"));

    // then
    assertThat(properties)
        .containsEntry("consumer.session.timeout.ms", "9000")
        .containsEntry("producer.linger.ms", "7")
        .containsEntry("client.rack", "a")
        .containsEntry("main.consumer.group.instance.id", "pod-0")
        .containsEntry("producer.transaction.timeout.ms", "5000")
        .containsEntry("commit.interval.ms", "100")
        .doesNotContainKeys("session.timeout.ms", "linger.ms", "group.instance.id");
  }

  @Test
  void anApplicationsDefaultsWinOverTheCommonOnesAndNothingOverExactlyOnce() throws IOException {
    // when
    Properties properties =
        properties(
            "{processing.guarantee: at_least_once, application.id: mine}",
            Map.of("producer.transaction.timeout.ms", "3000"));

    // then
    assertThat(properties)
        .containsEntry("producer.transaction.timeout.ms", "3000")
        .containsEntry("processing.guarantee", "exactly_once_v2")
        .containsEntry("application.id", "churn-windowing");
  }

  private Properties properties(String kafka, Map<String, String> defaults) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("pipeline.yaml"),
            """
            pipeline: churn
            samples: {topic: customers}
            features: [{name: age, type: number}]
            label: {type: threshold, field: balance, above: 0}
            kafka: %s
            """
                .formatted(kafka));
    PipelineConfig config = new PipelineLoader(Map.of(), List.of()).load(file).config();
    return StreamsProperties.of(config, "churn-windowing", defaults);
  }
}
