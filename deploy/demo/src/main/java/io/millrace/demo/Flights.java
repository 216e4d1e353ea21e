package io.millrace.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The flights of a CSV file, gzipped or not, in the order of the file, read lazily. Confined to one
 * thread; the caller closes it.
 */
public final class Flights implements Iterator<Flights.Flight>, AutoCloseable {
  static final List<String> COLUMNS =
      List.of("scheduled", "origin", "destination", "distance_miles", "arrival_delay_minutes");

  private static final int GZIP_MAGIC = 0x1f8b;

  private final String name;
  private final CSVParser parser;
  private final Iterator<CSVRecord> rows;

  private Flights(String name, InputStream bytes) throws IOException {
    this.name = name;
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    this.parser = CSVParser.parse(new InputStreamReader(unzipped(bytes), UTF_8), format);
    if (!parser.getHeaderNames().equals(COLUMNS)) {
      throw new FlightsException(
          "%s: found the columns %s, expected %s"
              .formatted(name, parser.getHeaderNames(), COLUMNS));
    }
    this.rows = parser.iterator();
  }

  /** The 250,000 flights that come with Millrace. */
  public static Flights ofJanuary2001() {
    String resource = "/flights/flights-2001-01.csv.gz";
    return open(
        resource, () -> Objects.requireNonNull(Flights.class.getResourceAsStream(resource)));
  }

  /**
   * @throws FlightsException if the file does not exist or has other columns
   */
  public static Flights of(Path file) {
    return open(file.toString(), () -> Files.newInputStream(file));
  }

  private static Flights open(String name, FlightsSource source) {
    try {
      InputStream bytes = source.open();
      try {
        return new Flights(name, bytes);
      } catch (IOException | RuntimeException e) {
        bytes.close();
        throw e;
      }
    } catch (IOException e) {
      throw new FlightsException("%s cannot be read: %s".formatted(name, e), e);
    }
  }

  private static InputStream unzipped(InputStream bytes) throws IOException {
    InputStream buffered = new BufferedInputStream(bytes, 1 << 16);
    buffered.mark(2);
    int magic = buffered.read() << 8 | buffered.read();
    buffered.reset();
    return magic == GZIP_MAGIC ? new GZIPInputStream(buffered, 1 << 16) : buffered;
  }

  @Override
  public boolean hasNext() {
    try {
      return rows.hasNext();
    } catch (RuntimeException e) {
      throw broken(e);
    }
  }

  /**
   * @throws FlightsException if the next row is not a flight
   */
  @Override
  public Flight next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    CSVRecord row = rows.next();
    try {
      return new Flight(
          row.get(0),
          row.get(1),
          row.get(2),
          Integer.parseInt(row.get(3)),
          Integer.parseInt(row.get(4)));
    } catch (RuntimeException e) {
      throw broken(e);
    }
  }

  private FlightsException broken(RuntimeException e) {
    return new FlightsException(
        "%s, line %d is not a flight (%s), expected %s"
            .formatted(name, parser.getCurrentLineNumber(), e.getMessage(), COLUMNS),
        e);
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException e) {
      throw new FlightsException("%s cannot be closed: %s".formatted(name, e), e);
    }
  }

  private interface FlightsSource {
    InputStream open() throws IOException;
  }

  /**
   * A flight that arrived.
   *
   * @param scheduled departure, local time, for example {@code 2001-01-01T00:01}
   * @param origin IATA code
   * @param destination IATA code
   * @param arrivalDelayMinutes negative: early
   */
  public record Flight(
      String scheduled,
      String origin,
      String destination,
      int distanceMiles,
      int arrivalDelayMinutes) {}
}
