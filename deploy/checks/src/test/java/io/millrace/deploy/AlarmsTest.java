package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The alarms as Prometheus' own tool checks them. */
class AlarmsTest {
  private static final Path RULES = Repository.DEPLOY.resolve("prometheus/alarms.yaml");
  private static final Path TESTS = Repository.DEPLOY.resolve("prometheus/alarms-test.yaml");

  @Test
  void prometheusTakesTheRules() throws Exception {
    Programs.require("promtool", "prometheus");
    Programs.Outcome outcome = Programs.run("promtool", "check", "rules", RULES.toString());
    assertThat(outcome.exit()).as(outcome.output()).isZero();
  }

  @Test
  void eachAlarmFiresWhenItShouldAndIsQuietOtherwise() throws Exception {
    Programs.require("promtool", "prometheus");
    Programs.Outcome outcome = Programs.run("promtool", "test", "rules", TESTS.toString());
    assertThat(outcome.exit()).as(outcome.output()).isZero();
  }

  @Test
  void noAlarmIsWithoutBothTests() throws IOException {
    List<String> names = texts(new YAMLMapper().readTree(TESTS.toFile()).path("tests"), "name");
    for (String alarm : alarms()) {
      assertThat(names).contains(alarm + " fires", alarm + " stays quiet");
    }
  }

  @Test
  void eachAlarmLeadsToAHeadingOfTheManual() throws IOException {
    List<String> headings =
        Files.readAllLines(Repository.ROOT.resolve("docs/operations/runbook.md")).stream()
            .filter(line -> line.startsWith("#"))
            .map(AlarmsTest::anchor)
            .toList();
    for (JsonNode rule : rules()) {
      String link = rule.path("annotations").path("runbook_url").asText();
      assertThat(link).startsWith("docs/operations/runbook.md#");
      assertThat(headings).contains(link.substring(link.indexOf('#') + 1));
    }
  }

  private static String anchor(String heading) {
    return heading
        .replaceFirst("^#+ ", "")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9 -]", "")
        .replace(' ', '-');
  }

  private static List<String> alarms() throws IOException {
    return rules().stream().map(rule -> rule.path("alert").asText()).toList();
  }

  private static List<JsonNode> rules() throws IOException {
    JsonNode rules = new YAMLMapper().readTree(RULES.toFile()).path("groups").path(0).path("rules");
    assertThat(rules).isNotEmpty();
    return StreamSupport.stream(rules.spliterator(), false).toList();
  }

  private static List<String> texts(JsonNode list, String field) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(node -> node.path(field).asText())
        .collect(Collectors.toList());
  }
}
