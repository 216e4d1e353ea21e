package io.millrace.schemas.features.columns;

import io.millrace.schemas.config.SamplesConfig;
import io.millrace.schemas.config.SamplesConfig.TimeFormat;
import io.millrace.schemas.features.decoding.FieldValue;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.proto.DeadLetter.Reason;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import org.jspecify.annotations.Nullable;

/**
 * Reads one time field, once per record even if several columns use it. Local ISO times are in
 * {@code samples.zone}, and all times are converted to local times of that zone.
 */
final class TimeField {
  // Years 0001 to 9999: beyond that, sums of milliseconds would still be exact, but no sample
  // comes from there.
  // there.
  private static final long MIN_MS = -62_135_596_800_000L;
  private static final long MAX_MS = 253_402_300_799_999L;

  private final FieldValue value;
  private final TimeFormat format;
  private final ZoneRules zone;
  private final boolean utc;
  private final IsoTime iso = new IsoTime();
  private long epochMs;
  private long localMs;

  TimeField(FieldValue value, SamplesConfig samples) {
    this.value = value;
    this.format = samples.timeFormat();
    this.zone = ZoneId.of(samples.zone()).getRules();
    this.utc = zone.isFixedOffset() && zone.getOffset(Instant.EPOCH).equals(ZoneOffset.UTC);
  }

  /** UTC, after {@link #read} returned null. */
  long epochMs() {
    return epochMs;
  }

  /** Milliseconds on the local clock since 1970-01-01T00:00, after {@link #read} returned null. */
  long localMs() {
    return localMs;
  }

  @Nullable Rejection read() {
    if (value.kind() == FieldValue.Kind.ABSENT) {
      return Column.missing(value);
    }
    try {
      return format == TimeFormat.ISO ? readIso() : readEpoch();
    } catch (DateTimeException e) {
      return bad();
    }
  }

  private @Nullable Rejection readEpoch() {
    if (!value.isNumeric()) {
      return bad();
    }
    double ms = value.asNumber() * (format == TimeFormat.EPOCH_S ? 1000 : 1);
    if (!(ms >= MIN_MS && ms <= MAX_MS)) {
      return bad();
    }
    setInstant((long) ms);
    return null;
  }

  private @Nullable Rejection readIso() {
    if (value.kind() != FieldValue.Kind.TEXT || !iso.tryParse(value.text(), value.length())) {
      return bad();
    }
    if (iso.hasOffset()) {
      setInstant(iso.clockMs() - iso.offsetMs());
      return null;
    }
    localMs = iso.clockMs();
    epochMs = localMs - (utc ? 0 : offsetMsOfLocal(localMs));
    return null;
  }

  private void setInstant(long ms) {
    epochMs = ms;
    localMs = utc ? ms : ms + zone.getOffset(Instant.ofEpochMilli(ms)).getTotalSeconds() * 1000L;
  }

  private long offsetMsOfLocal(long clockMs) {
    var local =
        LocalDateTime.ofEpochSecond(
            Math.floorDiv(clockMs, 1000),
            (int) Math.floorMod(clockMs, 1000L) * 1_000_000,
            ZoneOffset.UTC);
    return zone.getOffset(local).getTotalSeconds() * 1000L;
  }

  private Rejection bad() {
    String expected =
        switch (format) {
          case ISO -> "a time like 2026-01-31T23:59:00Z";
          case EPOCH_MS -> "milliseconds since 1970 as a number";
          case EPOCH_S -> "seconds since 1970 as a number";
        };
    return new Rejection(
        Reason.BAD_TIME,
        "field '" + value.path() + "' is " + value.found() + ", expected " + expected);
  }
}
