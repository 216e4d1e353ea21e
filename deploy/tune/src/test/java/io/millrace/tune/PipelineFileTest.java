package io.millrace.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineFileTest {
  private static final Map<String, String> VALUES = new LinkedHashMap<>();

  static {
    VALUES.put("training.per_device_train_batch_size", "64");
    VALUES.put("training.learning_rate", "0.0034");
    VALUES.put("evaluation.per_device_eval_batch_size", "4096");
  }

  @TempDir Path directory;

  @Test
  void valuesChangeAndNothingElseDoes() {
    // given
    String yaml =
        """
        # a file somebody wrote with care
        pipeline: flights

        training:   # how
          seed: 7
          per_device_train_batch_size: 50   # was 32
          learning_rate: '0.003'
        evaluation:
            per_device_eval_batch_size:    8192
        """;

    // when
    String edited = PipelineFile.set(yaml, VALUES);

    // then
    assertThat(edited)
        .isEqualTo(
            """
            # a file somebody wrote with care
            pipeline: flights

            training:   # how
              seed: 7
              per_device_train_batch_size: 64   # was 32
              learning_rate: 0.0034
            evaluation:
                per_device_eval_batch_size:    4096
            """);
  }

  @Test
  void keysThatAreMissingGoIntoTheirSection() {
    // given
    String yaml =
        """
        training:
            # steps
            save_steps: 20
        evaluation: {window: 6h}
        """;

    // when
    String edited = PipelineFile.set(yaml, VALUES);

    // then
    assertThat(edited)
        .isEqualTo(
            """
            training:
                # steps
                learning_rate: 0.0034
                per_device_train_batch_size: 64
                save_steps: 20
            evaluation: {per_device_eval_batch_size: 4096, window: 6h}
            """);
  }

  @Test
  void sectionsThatAreMissingOrEmptyAreMade() {
    assertThat(PipelineFile.set("pipeline: p\nevaluation:   # later\n", VALUES))
        .isEqualTo(
            """
            pipeline: p
            evaluation:   # later
              per_device_eval_batch_size: 4096

            training:
              learning_rate: 0.0034
              per_device_train_batch_size: 64
            """);
    assertThat(PipelineFile.set("training: {}\nevaluation: {}", VALUES))
        .isEqualTo(
            "training: {learning_rate: 0.0034, per_device_train_batch_size: 64}\n"
                + "evaluation: {per_device_eval_batch_size: 4096}");
  }

  @Test
  void otherLettersAndLineEndsAreKept() {
    assertThat(
            PipelineFile.set(
                "pipeline: p # \uD83D\uDE80 ü\r\ntraining: {\"learning_rate\": 1e-3} # ü\r\n",
                Map.of("training.learning_rate", "0.5")))
        .isEqualTo("pipeline: p # \uD83D\uDE80 ü\r\ntraining: {\"learning_rate\": 0.5} # ü\r\n");
  }

  @Test
  void whatCannotBeEditedAloneIsLeftAlone() {
    // given: the value stands in two places
    String yaml =
        """
        training: &shared {learning_rate: 0.1}
        evaluation: *shared
        """;

    // then
    assertThatThrownBy(
            () -> PipelineFile.set(yaml, Map.of("evaluation.per_device_eval_batch_size", "1")))
        .isInstanceOf(TuneException.class)
        .hasMessageContaining("paste the lines by hand");
  }

  @Test
  void linesToPasteNameEachSectionOnce() {
    assertThat(PipelineFile.lines(VALUES))
        .isEqualTo(
            """
            training:
              per_device_train_batch_size: 64
              learning_rate: 0.0034
            evaluation:
              per_device_eval_batch_size: 4096
            """);
  }

  @Test
  void fileIsReplacedWithItsPermissionsAndLinksStayLinks() throws IOException {
    // given
    Path file = Files.writeString(directory.resolve("real.yaml"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Path link = Files.createSymbolicLink(directory.resolve("pipeline.yaml"), file);

    // when
    FileReplacement.replace(link, "new");

    // then
    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("new");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
    assertThat(directory).isDirectoryNotContaining("glob:**.millrace*");
  }
}
