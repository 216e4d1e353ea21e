package io.millrace.schemas.topics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {
  private static final Origin HERE = new Origin(3, 70);

  @Property(tries = 20_000)
  void noBytesMakeItThrow(@ForAll byte[] value) {
    assertThat(Origin.of(headers(value), "samples", 3, 70)).isNotNull();
  }

  @Property(tries = 1_000)
  void whatIsWrittenIsRead(
      @ForAll @IntRange(min = 0) int partition, @ForAll @LongRange(min = 0) long offset) {
    // given
    Origin first = new Origin(partition, offset);
    Headers headers = new RecordHeaders().add(first.toHeader("samples"));

    // when / then
    assertThat(Origin.of(headers, "samples", 3, 70)).isEqualTo(first);
  }

  @Test
  void aRecordWithoutTheHeaderIsWhereItIs() {
    assertThat(Origin.of(new RecordHeaders(), "samples", 3, 70)).isEqualTo(HERE);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "samples/1",
        "samples/1/2/3",
        "others/1/2",
        "samples/-1/2",
        "samples/1/-2",
        "samples/1/99999999999999999999",
        "samples/99999999999/2",
        "samples/1/2 ",
        "samples//"
      })
  void aHeaderThatNamesNoPlaceInTheTopicIsPassedOver(@Nullable String value) {
    assertThat(Origin.of(headers(value == null ? null : value.getBytes(UTF_8)), "samples", 3, 70))
        .isEqualTo(HERE);
  }

  private static Headers headers(byte @Nullable [] value) {
    return new RecordHeaders().add(new RecordHeader(Origin.HEADER, value));
  }
}
