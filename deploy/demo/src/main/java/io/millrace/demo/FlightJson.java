package io.millrace.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.schemas.proto.DeadLetter.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Encodes flights as JSON records, and as deliberately broken records. Confined to one thread. */
final class FlightJson {
  /**
   * The reasons for which a record of this pipeline can be rejected. It has no arrays, classes or
   * weights.
   */
  static final List<Reason> BREAKABLE =
      List.of(
          Reason.UNDECODABLE,
          Reason.MISSING_FIELD,
          Reason.WRONG_TYPE,
          Reason.NOT_FINITE,
          Reason.TOO_LARGE,
          Reason.BAD_TIME);

  private static final int TOO_LARGE_BYTES = 70_000;

  private final JsonFactory factory = new JsonFactory();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

  byte[] encode(Flights.Flight flight) {
    return write(
        json -> {
          time(flight.scheduled(), json);
          places(flight, json);
          json.writeNumberField("arrival_delay_minutes", flight.arrivalDelayMinutes());
        });
  }

  /** Encodes the flight as a record that is rejected for this reason, one of {@link #BREAKABLE}. */
  byte[] encodeBroken(Flights.Flight flight, Reason reason) {
    return switch (reason) {
      case UNDECODABLE -> ("flight from " + flight.origin() + ", delayed").getBytes(US_ASCII);
      case MISSING_FIELD -> write(json -> places(flight, json));
      case WRONG_TYPE ->
          write(
              json -> {
                time(flight.scheduled(), json);
                places(flight, json);
                json.writeStringField("arrival_delay_minutes", "late");
              });
      case NOT_FINITE ->
          write(
              json -> {
                time(flight.scheduled(), json);
                places(flight, json);
                json.writeFieldName("arrival_delay_minutes");
                json.writeRawValue("NaN");
              });
      case TOO_LARGE ->
          write(
              json -> {
                time(flight.scheduled(), json);
                places(flight, json);
                json.writeNumberField("arrival_delay_minutes", flight.arrivalDelayMinutes());
                json.writeStringField("remark", "x".repeat(TOO_LARGE_BYTES));
              });
      case BAD_TIME ->
          write(
              json -> {
                time("the day after " + flight.scheduled(), json);
                places(flight, json);
                json.writeNumberField("arrival_delay_minutes", flight.arrivalDelayMinutes());
              });
      default -> throw new IllegalArgumentException("no flight can be broken by " + reason);
    };
  }

  private static void time(String scheduled, JsonGenerator json) throws IOException {
    json.writeStringField("scheduled", scheduled);
  }

  private static void places(Flights.Flight flight, JsonGenerator json) throws IOException {
    json.writeStringField("origin", flight.origin());
    json.writeStringField("destination", flight.destination());
    json.writeNumberField("distance_miles", flight.distanceMiles());
  }

  private byte[] write(FlightFields fields) {
    bytes.reset();
    try (JsonGenerator json = factory.createGenerator(bytes)) {
      json.writeStartObject();
      fields.writeTo(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  private interface FlightFields {
    void writeTo(JsonGenerator json) throws IOException;
  }
}
