package io.millrace.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ValueBinsTest {
  @Property
  void binsFollowTheOrderOfNumbers(@ForAll float one, @ForAll float other) {
    assertThat(ValueBins.number(Math.min(one, other)))
        .isLessThanOrEqualTo(ValueBins.number(Math.max(one, other)));
  }

  @Property
  void everyNumberAndEveryCategoryHasABin(@ForAll float number, @ForAll long category) {
    // given
    Bins numbers = ValueBins.numbers();
    Bins categories = ValueBins.categories();

    // when
    numbers.add(ValueBins.number(number), 1);
    categories.add(ValueBins.category(category), 1);

    // then
    assertThat(numbers.toProto().getWeightsList()).containsExactly(1.0);
    assertThat(categories.toProto().getWeightsList()).containsExactly(1.0);
  }

  @Test
  void anOctaveHasFourBins() {
    assertThat(ValueBins.number(2) - ValueBins.number(1)).isEqualTo(4);
    assertThat(ValueBins.number(1.26f) - ValueBins.number(1)).isEqualTo(1);
    assertThat(ValueBins.number(0)).isZero();
    assertThat(ValueBins.number(-1)).isEqualTo(-ValueBins.number(1));
    assertThat(ValueBins.number(1e-5f)).isZero();
  }
}
