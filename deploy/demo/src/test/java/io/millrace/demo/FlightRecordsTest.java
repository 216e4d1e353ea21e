package io.millrace.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.SampleDecoder;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.proto.DeadLetter.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlightRecordsTest {
  private static final PipelineConfig PIPELINE = DemoPipeline.template().config();

  @Test
  void flightsKeepTheirOrderAndEachBrokenRecordIsRejectedForItsReason() {
    // given: as many flights as give every reason once
    int flights = FlightRecords.FLIGHTS_PER_BROKEN * FlightJson.BREAKABLE.size();
    SampleDecoder decoder = new SampleDecoder(PIPELINE);
    Rows row = decoder.rows(1);
    List<Reason> rejected = new ArrayList<>();
    List<Long> times = new ArrayList<>();

    // when
    new FlightRecords(flights(flights).iterator())
        .forEachRemaining(
            record -> {
              Rejection rejection = decoder.decode(record, 0, row, 0);
              if (rejection == null) {
                times.add(row.eventTimeMs(0));
              } else {
                rejected.add(rejection.reason());
              }
            });

    // then
    assertThat(rejected).containsExactlyElementsOf(FlightJson.BREAKABLE);
    assertThat(times).hasSize(flights).isSorted();
  }

  @Test
  void theSameFlightsGiveTheSameRecords() {
    // when
    List<byte[]> once = all(new FlightRecords(flights(2_000).iterator()));
    List<byte[]> again = all(new FlightRecords(flights(2_000).iterator()));

    // then
    assertThat(once).hasSize(2_002);
    assertThat(once.toArray(byte[][]::new)).isDeepEqualTo(again.toArray(byte[][]::new));
  }

  private static List<byte[]> all(FlightRecords feed) {
    List<byte[]> records = new ArrayList<>();
    feed.forEachRemaining(records::add);
    return records;
  }

  private static List<Flights.Flight> flights(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Flights.Flight(
                    "2001-01-%02dT%02d:%02d".formatted(1 + i / 1440, i / 60 % 24, i % 60),
                    "LAS",
                    "PHL",
                    100 + i % 2000,
                    i % 60 - 20))
        .toList();
  }
}
