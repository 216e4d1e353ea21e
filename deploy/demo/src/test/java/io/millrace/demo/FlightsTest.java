package io.millrace.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightsTest {
  private static final String HEADER =
      "scheduled,origin,destination,distance_miles,arrival_delay_minutes\n";

  @TempDir Path directory;

  @Test
  void januaryHas250000FlightsInTheOrderOfTheirSchedule() {
    // given
    List<String> scheduled = new ArrayList<>();
    long late = 0;

    // when
    try (Flights flights = Flights.ofJanuary2001()) {
      while (flights.hasNext()) {
        Flights.Flight flight = flights.next();
        scheduled.add(flight.scheduled());
        late += flight.arrivalDelayMinutes() > 15 ? 1 : 0;
      }
    }

    // then
    assertThat(scheduled).hasSize(250_000).isSorted();
    assertThat(late / 250_000.0).isBetween(0.1, 0.3);
  }

  @Test
  void aFileNeedNotBeCompressed() throws IOException {
    // given
    Path file = write(HEADER + "2001-01-01T00:01,LAS,PHL,2176,33\n");

    // when
    try (Flights flights = Flights.of(file)) {
      // then
      assertThat(flights.next())
          .isEqualTo(new Flights.Flight("2001-01-01T00:01", "LAS", "PHL", 2176, 33));
      assertThat(flights.hasNext()).isFalse();
    }
  }

  @Test
  void otherColumnsAreRefusedWithThoseThatAreExpected() throws IOException {
    // given
    Path file = write("when,where\n");

    // then
    assertThatThrownBy(() -> Flights.of(file))
        .isInstanceOf(FlightsException.class)
        .hasMessageContaining("found the columns [when, where]")
        .hasMessageContaining("expected " + Flights.COLUMNS);
  }

  @Test
  void aRowThatIsNoFlightIsToldWithItsLine() throws IOException {
    // given
    Path file =
        write(HEADER + "2001-01-01T00:01,LAS,PHL,2176,33\n2001-01-01T00:01,LAS,PHL,far,1\n");

    // when
    try (Flights flights = Flights.of(file)) {
      flights.next();

      // then
      assertThatThrownBy(flights::next).hasMessageContaining("line 3 is not a flight");
    }
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> Flights.of(directory.resolve("none.csv")))
        .isInstanceOf(FlightsException.class)
        .hasMessageContaining("none.csv cannot be read");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("flights.csv"), text);
  }
}
