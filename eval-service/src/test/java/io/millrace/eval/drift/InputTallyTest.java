package io.millrace.eval.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.eval.metrics.ValueBins;
import io.millrace.schemas.config.FeatureConfig;
import io.millrace.schemas.config.FeatureConfig.CategoryFeature;
import io.millrace.schemas.config.FeatureConfig.NumberFeature;
import io.millrace.schemas.config.FeatureConfig.TimeOfDayFeature;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.proto.InputHistogram;
import java.util.List;
import org.junit.jupiter.api.Test;

class InputTallyTest {
  private static final List<FeatureConfig> FEATURES =
      List.of(
          new NumberFeature("distance", null, "features", false, null, null, null),
          new CategoryFeature("carrier", null, null, 20, List.of(), null),
          new TimeOfDayFeature("leaves", null, "features"));

  @Test
  void eachColumnHasAHistogramUnderItsFeaturesName() {
    // given
    Rows rows = new Rows(InputSpec.of(FEATURES), 2);
    float[] values = {1.5f, 0, 1, -3, 0.5f, 1};
    for (int i = 0; i < values.length; i++) {
      rows.floats(0).put(i, values[i]);
    }
    rows.integers(1).put(0, 7).put(1, 7);
    InputTally tally = new InputTally(FEATURES);

    // when
    tally.add(rows, 0);
    tally.add(rows, 1);
    List<InputHistogram> histograms = tally.toProto();

    // then
    assertThat(tally.count()).isEqualTo(2);
    assertThat(histograms)
        .extracting(InputHistogram::getName)
        .containsExactly("distance", "leaves.0", "leaves.1", "carrier");
    assertThat(histograms.get(0).getValues().getBinsList())
        .containsExactly(ValueBins.number(-3), ValueBins.number(1.5f));
    assertThat(histograms.get(2).getValues().getWeightsList()).containsExactly(2.0);
    assertThat(histograms.get(3).getValues().getBinsList()).containsExactly(ValueBins.category(7));
  }

  @Test
  void aClearedTallyIsAsNew() {
    // given
    InputTally tally = new InputTally(FEATURES);
    tally.add(new Rows(InputSpec.of(FEATURES), 1), 0);

    // when
    tally.clear();

    // then
    assertThat(tally.count()).isZero();
    assertThat(tally.toProto()).isEqualTo(new InputTally(FEATURES).toProto());
  }
}
