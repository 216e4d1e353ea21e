package io.millrace.local.tune;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.local.tune.SampleIntake.Intake;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.SamplesConfig;
import io.millrace.schemas.topics.Origin;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Samples out of a file: CSV with a header, or JSON lines, gzipped or not. What is which is seen by
 * the first bytes. Its order is that of the stream, its rows are offsets of one partition.
 */
final class RecordsFile {
  private static final int GZIP_MAGIC = 0x1f8b;
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path file;
  private final PipelineConfig config;

  RecordsFile(Path file, PipelineConfig config) {
    this.file = file;
    this.config = config;
  }

  /**
   * Reads it.
   *
   * @param from rows to leave out at the beginning
   * @param count the most to read
   * @throws TuneException if the file cannot be read, or holds no sample
   */
  Intake read(long from, int count) {
    if (config.samples().format() != SamplesConfig.Format.JSON) {
      throw new TuneException(
          "--records: samples.format is protobuf, but a file of records holds JSON or CSV; add"
              + " --set samples.format=json");
    }
    SampleIntake intake = new SampleIntake(config);
    try (InputStream bytes = unzipped(Files.newInputStream(file));
        BufferedReader text = new BufferedReader(new InputStreamReader(bytes, UTF_8))) {
      if (startsWithBrace(text)) {
        readLines(text, from, count, intake);
      } else {
        readCsv(text, from, count, intake);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new TuneException(
          "--records %s cannot be read (%s); give a CSV file with a header or JSON lines, gzipped or not"
              .formatted(file, e),
          e);
    }
    return intake.finish(file.toString());
  }

  private static InputStream unzipped(InputStream bytes) throws IOException {
    InputStream buffered = new BufferedInputStream(bytes, BUFFER_BYTES);
    buffered.mark(2);
    int magic = buffered.read() << 8 | buffered.read();
    buffered.reset();
    return magic == GZIP_MAGIC ? new GZIPInputStream(buffered, BUFFER_BYTES) : buffered;
  }

  private static boolean startsWithBrace(BufferedReader text) throws IOException {
    int first;
    do {
      text.mark(1);
      first = text.read();
    } while (Character.isWhitespace(first));
    text.reset();
    return first == '{';
  }

  private static void readLines(BufferedReader text, long from, int count, SampleIntake intake)
      throws IOException {
    long row = 0;
    for (String line = text.readLine(); line != null; line = text.readLine()) {
      if (!line.isBlank() && row++ >= from) {
        add(intake, line.getBytes(UTF_8), row - 1);
      }
      if (row >= from + count) {
        return;
      }
    }
  }

  private void readCsv(BufferedReader text, long from, int count, SampleIntake intake)
      throws IOException {
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    try (CSVParser parser = CSVParser.parse(text, format)) {
      CsvJson json = new CsvJson(config, parser.getHeaderNames());
      long row = 0;
      for (CSVRecord record : parser) {
        if (row >= from + count) {
          return;
        }
        if (row >= from) {
          add(intake, json.of(record), row);
        }
        row++;
      }
    } catch (IllegalArgumentException e) {
      throw new TuneException("--records %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static void add(SampleIntake intake, byte[] value, long row) {
    intake.add(null, value, row, 0, row, new Origin(0, row));
  }
}
