package io.millrace.schemas.features.columns;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IsoTimeTest {
  private static final long YEAR_1_SECONDS = -62_135_596_800L;
  private static final long YEAR_9999_SECONDS = 253_402_300_799L;

  private final IsoTime time = new IsoTime();

  @Property
  void aLocalTimeIsReadAsTheJdkReadsIt(
      @ForAll @LongRange(min = YEAR_1_SECONDS, max = YEAR_9999_SECONDS) long seconds,
      @ForAll @IntRange(max = 999) int millis) {
    // given
    LocalDateTime local = LocalDateTime.ofEpochSecond(seconds, millis * 1_000_000, ZoneOffset.UTC);

    // when
    boolean parsed = parse(local.toString());

    // then
    assertThat(parsed).isTrue();
    assertThat(time.hasOffset()).isFalse();
    assertThat(time.clockMs()).isEqualTo(seconds * 1000 + millis);
  }

  @Property
  void aTimeWithAnOffsetIsReadAsTheJdkReadsIt(
      @ForAll @LongRange(min = 0, max = 4_000_000_000L) long seconds,
      @ForAll @IntRange(min = -1080, max = 1080) int offsetMinutes) {
    // given
    OffsetDateTime expected =
        OffsetDateTime.ofInstant(
            java.time.Instant.ofEpochSecond(seconds),
            ZoneOffset.ofTotalSeconds(offsetMinutes * 60));

    // when
    boolean parsed = parse(expected.toString());

    // then
    assertThat(parsed).isTrue();
    assertThat(time.hasOffset()).isTrue();
    assertThat(time.clockMs() - time.offsetMs()).isEqualTo(seconds * 1000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026",
        "2026-02-29T00:00",
        "2026-13-01T00:00",
        "2026-00-01T00:00",
        "2026-01-00T00:00",
        "2026-01-01",
        "2026-01-01T24:00",
        "2026-01-01T00:60",
        "2026-01-01T00:00:60",
        "2026-01-01T00:00.5",
        "2026-01-01T00:00:00.",
        "2026-01-01T00:00Zx",
        "2026-01-01T00:00+",
        "2026-01-01T00:00+19:00",
        "0000-01-01T00:00",
        "x026-01-01T00:00",
        "2026-01-01x00:00"
      })
  void whatIsNoTimeIsRefused(String text) {
    assertThat(parse(text)).isFalse();
  }

  private boolean parse(String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    return time.tryParse(bytes, bytes.length);
  }
}
