package io.millrace.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.proto.Histogram;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BinsTest {
  @Property(tries = 300)
  void whateverTheOrderEachBinHoldsWhatWasAddedToItSinceTheLastClear(
      @ForAll List<@IntRange(min = -1000, max = 1000) Integer> before,
      @ForAll List<@IntRange(min = -1000, max = 1000) Integer> after) {
    // given
    Bins bins = new Bins(-1000, 1000);
    before.forEach(bin -> bins.add(bin, 7));
    bins.clear();
    TreeMap<Integer, Double> expected = new TreeMap<>();

    // when
    for (int bin : after) {
      bins.add(bin, 0.5);
      expected.merge(bin, 0.5, Double::sum);
    }

    // then
    assertThat(bins.toProto())
        .isEqualTo(
            Histogram.newBuilder()
                .addAllBins(expected.keySet())
                .addAllWeights(expected.values())
                .build());
  }

  @Test
  void aBinThatDoesNotExistIsRefusedWithThoseThatDo() {
    assertThatThrownBy(() -> new Bins(-3, 5).add(6, 1))
        .hasMessageStartingWith("bin 6 does not exist, expected -3 to 5");
  }
}
