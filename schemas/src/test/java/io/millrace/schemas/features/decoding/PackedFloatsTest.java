package io.millrace.schemas.features.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedFloatsTest {
  private static final List<Float> NOT_FINITE =
      List.of(
          Float.NaN,
          Float.intBitsToFloat(0xff800001),
          Float.POSITIVE_INFINITY,
          Float.NEGATIVE_INFINITY);
  private static final List<Float> FINITE =
      List.of(0f, -0f, 1.5f, -Float.MAX_VALUE, Float.MAX_VALUE, Float.MIN_VALUE, -Float.MIN_NORMAL);

  private final PackedFloats numbers = new PackedFloats();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 8, 49, 50})
  void finiteNumbersAreFiniteAtAnyOffset(int count) {
    for (int offset = 0; offset < Long.BYTES; offset++) {
      for (float each : FINITE) {
        // when
        view(offset, count, count - 1, each);

        // then
        assertThat(numbers.areFinite()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 49, 50})
  void oneThatIsNotFiniteIsFoundInAnyPlace(int count) {
    for (int place = 0; place < count; place++) {
      for (float each : NOT_FINITE) {
        // when
        view(3, count, place, each);

        // then
        assertThat(numbers.areFinite()).as("%s at %d of %d", each, place, count).isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 50})
  void whatLiesBesideIsNotLookedAt(int count) {
    // given: numbers before and after that are not finite
    ByteBuffer bytes = ByteBuffer.allocate((count + 4) * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count + 4; i++) {
      bytes.putFloat(i * 4, i < 2 || i >= count + 2 ? Float.NaN : i);
    }

    // when
    numbers.view(bytes.array(), 8, count);

    // then
    assertThat(numbers.areFinite()).isTrue();
    assertThat(numbers.get(count - 1)).isEqualTo(count + 1f);
  }

  /** As many numbers, of which one is the given one. */
  private void view(int offset, int count, int place, float given) {
    ByteBuffer bytes = ByteBuffer.allocate(offset + count * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putFloat(offset + i * 4, place == i ? given : -i);
    }
    numbers.view(bytes.array(), offset, count);
  }
}
