package io.millrace.tune;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.records.RecordsException;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.schemas.proto.DeadLetter.Reason;
import io.millrace.tune.SampleIntake.SamplesRead;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordsIntakeTest {
  private static final String CSV =
      """
      age,address.city,member,when,left
      31,"Paris, France",true,2026-01-31T00:00:00Z,yes
      none,Rome,true,2026-01-31T00:00:01Z,no
      ,Rome,false,2026-01-31T00:00:02Z,no
      45,007,false,2026-01-31T00:00:03Z,no
      """;
  private static final String JSON =
      """
      {"age": 31, "address": {"city": "Paris, France"}, "member": true, "when": "2026-01-31T00:00:00Z", "left": "yes"}

      {"age": "none", "address": {"city": "Rome"}, "member": true, "when": "2026-01-31T00:00:01Z", "left": "no"}
      {"address": {"city": "Rome"}, "member": false, "when": "2026-01-31T00:00:02Z", "left": "no"}
      {"age": 45, "address": {"city": "007"}, "member": false, "when": "2026-01-31T00:00:03Z", "left": "no"}
      """;

  @TempDir Path directory;

  @Test
  void rowsOfCsvAreThePipelinesRecordsAndBadOnesAreCounted() throws IOException {
    // when
    SamplesRead intake = read(Files.writeString(directory.resolve("records.csv"), CSV), 0, 100);

    // then
    assertThat(intake.samples().size()).isEqualTo(2);
    assertThat(intake.rejected())
        .containsOnly(Map.entry(Reason.WRONG_TYPE, 1), Map.entry(Reason.MISSING_FIELD, 1));
    assertThat(intake.firstRejection()).startsWith("WRONG_TYPE at offset 1: field 'age'");
    assertThat(intake.heldOut()).isZero();
  }

  @Test
  void csvAndJsonLinesZippedOrNotAreTheSameSamples() throws IOException {
    // given
    TrainBatchView csv =
        read(Files.writeString(directory.resolve("a"), CSV), 0, 100).samples().batch(0, 2);

    // when
    TrainBatchView json = read(zipped(JSON), 0, 100).samples().batch(0, 2);

    // then
    assertThat(json.tensors()).isEqualTo(csv.tensors());
    assertThat(json.labels()).containsExactly(1f, 0f).isEqualTo(csv.labels());
  }

  @Test
  void fromAndSamplesCutRowsOut() throws IOException {
    // when
    SamplesRead intake = read(Files.writeString(directory.resolve("records"), CSV), 3, 1);

    // then
    assertThat(intake.samples().size()).isEqualTo(1);
    assertThat(intake.rejections()).isZero();
    assertThat(intake.samples().batch(0, 1).labels()).containsExactly(0f);
  }

  @Test
  void whereNothingIsLeftItSaysWhy() throws IOException {
    // given
    Path file = Files.writeString(directory.resolve("records.csv"), "age,left\nold,yes\n");

    // then
    assertThatThrownBy(() -> read(file, 0, 100))
        .isInstanceOf(TuneException.class)
        .hasMessageContaining("no sample to train on; 0 held out, rejected {WRONG_TYPE=1}")
        .hasMessageContaining("field 'age' is 'old'");
  }

  @Test
  void fileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> read(directory.resolve("none.csv"), 0, 100))
        .isInstanceOf(RecordsException.class)
        .hasMessageContaining("none.csv cannot be read")
        .hasMessageContaining("CSV file with a header or JSON lines");
  }

  private static SamplesRead read(Path file, long from, int count) {
    return new RecordsIntake(file, config()).read(from, count);
  }

  private Path zipped(String text) throws IOException {
    Path file = directory.resolve("records.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(UTF_8));
    }
    return file;
  }

  private static PipelineConfig config() {
    return new PipelineLoader(Map.of(), java.util.List.of())
        .load(
            """
            pipeline: churn
            samples: {topic: customers, event_time: when}
            features:
              - {name: age, type: number}
              - {name: city, type: category, field: address.city, buckets: 16}
              - {name: member, type: boolean}
            label: {type: class, field: left, values: ['no', 'yes']}
            holdout: {share: 0}
            """,
            Path.of(""))
        .config();
  }
}
