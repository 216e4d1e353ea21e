package io.millrace.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.SamplesConfig;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.zip.GZIPInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;

/**
 * The record values of a file: CSV with a header, or JSON lines, gzipped or not. The first bytes
 * determine the format. Records are read lazily. Confined to one thread; the caller closes it.
 */
public final class RecordsFile implements Iterator<byte[]>, AutoCloseable {
  private static final int GZIP_MAGIC = 0x1f8b;
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path file;
  private final BufferedReader text;
  private final Iterator<byte[]> values;

  private RecordsFile(Path file, BufferedReader text, PipelineConfig config) throws IOException {
    this.file = file;
    this.text = text;
    this.values = startsWithBrace(text) ? lines(text) : rows(text, config);
  }

  /**
   * Opens a file.
   *
   * @throws RecordsException if it cannot be read, or if the pipeline's records are not JSON
   */
  public static RecordsFile open(Path file, PipelineConfig config) {
    if (config.samples().format() != SamplesConfig.Format.JSON) {
      throw new RecordsException(
          "--records: samples.format is protobuf, but a file of records holds JSON or CSV; add"
              + " --set samples.format=json");
    }
    try {
      InputStream bytes = Files.newInputStream(file);
      try {
        return new RecordsFile(
            file, new BufferedReader(new InputStreamReader(unzipped(bytes), UTF_8)), config);
      } catch (IOException | RuntimeException e) {
        bytes.close();
        throw e;
      }
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw unreadable(file, e);
    }
  }

  private static RecordsException unreadable(Path file, Exception e) {
    return new RecordsException(
        "--records %s cannot be read (%s); give a CSV file with a header or JSON lines, gzipped or not"
            .formatted(file, e),
        e);
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

  private static Iterator<byte[]> lines(BufferedReader text) {
    return text.lines()
        .filter(line -> !line.isBlank())
        .map(line -> line.getBytes(UTF_8))
        .iterator();
  }

  private static Iterator<byte[]> rows(BufferedReader text, PipelineConfig config)
      throws IOException {
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    CSVParser parser = CSVParser.parse(text, format);
    CsvJson json = new CsvJson(config, parser.getHeaderNames());
    return parser.stream().map(json::of).iterator();
  }

  /**
   * @throws RecordsException if the file is truncated, or is not valid CSV at this point
   */
  @Override
  public boolean hasNext() {
    try {
      return values.hasNext();
    } catch (UncheckedIOException | IllegalArgumentException | IllegalStateException e) {
      throw unreadable(file, e);
    }
  }

  @Override
  public byte[] next() {
    try {
      return values.next();
    } catch (UncheckedIOException | IllegalArgumentException | IllegalStateException e) {
      throw unreadable(file, e);
    }
  }

  @Override
  public void close() {
    try {
      text.close();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }
}
