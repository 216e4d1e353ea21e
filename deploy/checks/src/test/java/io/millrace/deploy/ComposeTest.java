package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks what docker compose starts, as far as that is possible without docker compose. */
class ComposeTest {
  private static final Path COMPOSE = Repository.DEPLOY.resolve("compose");
  private static final Path PROMETHEUS = Repository.DEPLOY.resolve("prometheus/prometheus.yaml");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @TempDir Path directory;

  @Test
  void theServicesVariablesAreKnownToMillrace() throws IOException {
    // given: the token's file lies in a volume
    Path token = Files.writeString(directory.resolve("token"), "secret");
    Map<String, String> environment = new HashMap<>();
    read("compose.yaml")
        .at("/x-service/environment")
        .properties()
        .forEach(setting -> environment.put(setting.getKey(), setting.getValue().asText()));
    environment.replace("MILLRACE_OPS__TOKEN_FILE", token.toString());
    Path pipeline = Repository.DEPLOY.resolve("demo/src/main/resources/flights.yaml");

    // when
    PipelineConfig config =
        new PipelineLoader(environment, List.of())
            .load(Files.readString(pipeline), directory)
            .config();

    // then
    assertThat(config.kafka()).containsEntry("bootstrap.servers", "kafka:9092");
    assertThat(config.ops().tokenFile()).isEqualTo(token.toString());
  }

  @Test
  void whatIsMountedIsThere() throws IOException {
    for (JsonNode service : read("compose.yaml").get("services")) {
      for (JsonNode volume : service.path("volumes")) {
        String source = volume.asText().replaceAll("^\\$\\{[A-Z_]+:-([^}]*)}", "$1");
        source = source.substring(0, source.indexOf(':'));
        if (source.startsWith(".")) {
          assertThat(COMPOSE.resolve(source)).exists();
        } else {
          assertThat(read("compose.yaml").get("volumes").has(source)).as(source).isTrue();
        }
      }
    }
  }

  @Test
  void prometheusAndTheGpusNameServicesThatAreThere() throws IOException {
    // given
    Set<String> services = names(read("compose.yaml"));
    Set<String> scraped = new TreeSet<>();
    for (JsonNode job : YAML.readTree(PROMETHEUS.toFile()).get("scrape_configs")) {
      for (JsonNode target : job.at("/static_configs/0/targets")) {
        scraped.add(target.asText().substring(0, target.asText().indexOf(':')));
      }
    }

    // then
    assertThat(scraped).containsExactly("eval", "standby", "trainer");
    assertThat(services).containsAll(scraped).containsAll(names(read("gpu.yaml")));
  }

  @Test
  void kafkaIsOfTheVersionThatTheServicesAreBuiltFor() throws IOException {
    // given
    String version = AppInfoParser.getVersion();

    // then
    assertThat(read("compose.yaml").at("/services/kafka/image").asText())
        .isEqualTo("${KAFKA_IMAGE:-apache/kafka:%s}", version);
    assertThat(Files.readString(Repository.ROOT.resolve(".ci/containers")))
        .contains("apache/kafka:" + version + " ");
  }

  private static Set<String> names(JsonNode compose) {
    Set<String> names = new TreeSet<>();
    compose.get("services").fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static JsonNode read(String file) throws IOException {
    return YAML.readTree(COMPOSE.resolve(file).toFile());
  }
}
