package io.millrace.schemas.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The generated schema and reference match the records; {@code -Dmillrace.regenerate=true} writes
 * them again.
 */
class PipelineSchemaTest {
  private static final Path SCHEMA = Path.of("src/main/resources/pipeline.schema.json");
  private static final Path REFERENCE = Path.of("../docs/pipeline-yaml.md");

  private final Schema schema =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(PipelineSchema.text(), InputFormat.JSON);

  @Test
  void theSchemaThatShipsIsTheOneOfTheRecords() throws IOException {
    assertInStep(SCHEMA, PipelineSchema.text());
  }

  @Test
  void theReferenceIsTheOneOfTheRecords() throws IOException {
    assertInStep(REFERENCE, PipelineReference.text());
  }

  @Test
  void theFlightsFitTheSchema() throws IOException {
    // given
    String flights = Files.readString(Path.of("../deploy/demo/src/main/resources/flights.yaml"));

    // when / then
    assertThat(schema.validate(flights, InputFormat.YAML)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training: {learning_rte: 1} | learning_rte",
        "training: {seed: maybe} | /training/seed",
        "training: {optim: adma} | /training/optim",
        "evaluation: {window: soon} | /evaluation/window",
        "features: [{type: number}] | name",
        "label: {type: threshold, field: x} | above",
      })
  void whatTheLoaderRefusesTheSchemaRefuses(String yaml, String named) {
    // given
    String file = "pipeline: p\nsamples: {topic: t}\n" + yaml + "\n";

    // when
    var problems = schema.validate(file, InputFormat.YAML);

    // then
    assertThat(problems.toString()).contains(named);
  }

  private static void assertInStep(Path file, String expected) throws IOException {
    if (Boolean.getBoolean("millrace.regenerate")) {
      Files.writeString(file, expected);
    }
    assertThat(file).hasContent(expected);
  }
}
