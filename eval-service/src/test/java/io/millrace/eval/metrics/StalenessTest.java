package io.millrace.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class StalenessTest {
  @Property
  void aBinsEdgeIsBelowItsSamplesByAnEighthAtMost(@ForAll @LongRange(min = 0) long samples) {
    // when
    double edge = Staleness.lowerEdge(Staleness.bin(samples));

    // then
    assertThat(edge).isBetween(samples / 1.125, (double) samples);
    assertThat(Staleness.bin(Math.max(samples - 1, 0))).isLessThanOrEqualTo(Staleness.bin(samples));
  }

  @Test
  void quantilesAreTheEdgesOfTheirBins() {
    // given
    Bins bins = Staleness.bins();
    for (int i = 1; i <= 100; i++) {
      bins.add(Staleness.bin(i), 1);
    }

    // when / then
    assertThat(Staleness.quantile(bins.toProto(), 0.05)).isEqualTo(5);
    assertThat(Staleness.quantile(bins.toProto(), 0.5)).isEqualTo(48);
    assertThat(Staleness.quantile(bins.toProto(), 0.99)).isEqualTo(96);
  }
}
