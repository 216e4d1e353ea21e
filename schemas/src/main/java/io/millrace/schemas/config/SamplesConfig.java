package io.millrace.schemas.config;

import io.millrace.schemas.config.binding.Checks;
import io.millrace.schemas.config.binding.Setting;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Where the labelled records are, and how to read them. */
public record SamplesConfig(
    @Setting("The topic of labelled records.") String topic,
    @Setting(value = "json, or protobuf (Millrace's own Sample).", byDefault = "json")
        Format format,
    @Setting(
            value =
                "Where the pipeline begins at its first start: earliest, latest or a time like 2026-01-31T00:00:00Z.",
            byDefault = "earliest")
        String start,
    @Setting(
            value = "The field with the event time; absent: the record's timestamp.",
            byDefault = Setting.NONE)
        @Nullable String eventTime,
    @Setting(value = "How times are written: iso, epoch_ms or epoch_s.", byDefault = "iso")
        TimeFormat timeFormat,
    @Setting(value = "The time zone of local ISO times.", byDefault = "UTC") String zone,
    @Setting(
            value = "The field with the time at which a prediction was needed, for delayed labels.",
            byDefault = Setting.NONE)
        @Nullable String predictionTime,
    @Setting(
            value = "The field that identifies an event, so that repeated events are recognized.",
            byDefault = Setting.NONE)
        @Nullable String id,
    @Setting(value = "The field with a sample's weight, >= 0.", byDefault = Setting.NONE)
        @Nullable String weight,
    @Setting(
            value = "Records of more bytes are rejected without being decoded.",
            byDefault = "65536")
        int maxBytes) {

  /** How a record is encoded. */
  public enum Format {
    JSON,
    PROTOBUF
  }

  /** How a time is written. */
  public enum TimeFormat {
    ISO,
    EPOCH_MS,
    EPOCH_S
  }

  public SamplesConfig {
    new Checks()
        .notBlank("topic", topic)
        .that(
            isStart(start),
            "start",
            "'" + start + "'",
            "must be earliest, latest or a time like 2026-01-31T00:00:00Z")
        .that(isZone(zone), "zone", "'" + zone + "'", "must be a time zone like Europe/Vienna")
        .positive("max_bytes", maxBytes)
        .done();
  }

  private static boolean isStart(String start) {
    if (start.equals("earliest") || start.equals("latest")) {
      return true;
    }
    try {
      Instant.parse(start);
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static boolean isZone(String zone) {
    try {
      java.time.ZoneId.of(zone);
      return true;
    } catch (java.time.DateTimeException e) {
      return false;
    }
  }
}
