package io.millrace.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.proto.Sums;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ShardsTest {
  private static final int SHARDS = 100;

  @Provide
  Arbitrary<LabelConfig> labels() {
    return Arbitraries.of(
        SampleModels.LATE, SampleModels.DELAY, SampleModels.classes(5), SampleModels.classes(100));
  }

  @Property(tries = 40)
  void metricsMergedFromHundredShardsAreThoseOfTheWhole(
      @ForAll("labels") LabelConfig label, @ForAll long seed) {
    // given
    ScoredRow scored = new ScoredRow(label, 2000, seed);
    Sums whole = scored.tally().toProto();

    // when
    Sums merged = mergedFromShards(scored, new SplittableRandom(seed));

    // then
    assertThat(merged.getCount()).isEqualTo(whole.getCount()).isEqualTo(2000);
    assertThat(merged.getStaleness()).isEqualTo(whole.getStaleness());
    assertThat(merged.getPositives()).isEqualTo(whole.getPositives());
    assertThat(merged.getConfusionList()).isEqualTo(whole.getConfusionList());
    assertThat(merged.getClassTotalsList()).isEqualTo(whole.getClassTotalsList());
    Map<String, Double> expected = Metrics.of(label.task(), whole);
    Map<String, Double> found = Metrics.of(label.task(), merged);
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    found.forEach(
        (name, value) ->
            assertThat(value).as(name).isCloseTo(expected.get(name), withinPercentage(1e-7)));
  }

  private static Sums mergedFromShards(ScoredRow scored, SplittableRandom random) {
    Tally[] shards =
        Stream.generate(() -> new Tally(scored.label)).limit(SHARDS).toArray(Tally[]::new);
    for (int row = 0; row < scored.rows(); row++) {
      scored.addTo(shards[random.nextInt(SHARDS)], row);
    }
    Tally merged = new Tally(scored.label);
    for (Tally shard : shards) {
      merged.merge(shard.toProto());
    }
    return merged.toProto();
  }
}
