package io.millrace.schemas.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.RowCodec;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.features.rows.TrainBatchView;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TuningSamplesTest {
  private static final List<InputSpec> INPUTS = List.of(new InputSpec("x", false, 2, List.of()));

  @Test
  void batchHoldsTheSamplesFromItsPlaceOn() {
    // given
    TuningSamples samples = samples(10);

    // when
    TrainBatchView batch = samples.batch(3, 4);

    // then
    assertThat(batch.size()).isEqualTo(4);
    assertThat(firsts(batch)).containsExactly(3f, 4f, 5f, 6f);
  }

  @Test
  void beyondTheLastSampleItBeginsAgain() {
    // given
    TuningSamples samples = samples(3);

    // when
    TrainBatchView batch = samples.batch(2, 5);

    // then
    assertThat(firsts(batch)).containsExactly(2f, 0f, 1f, 2f, 0f);
  }

  private static List<Float> firsts(TrainBatchView batch) {
    List<Float> firsts = new ArrayList<>();
    var data = batch.data(0).asFloatBuffer();
    for (int i = 0; i < batch.size(); i++) {
      firsts.add(data.get(2 * i));
    }
    return firsts;
  }

  private static TuningSamples samples(int count) {
    RowCodec codec = new RowCodec(INPUTS);
    Rows row = new Rows(INPUTS, 1);
    List<byte[]> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      row.floats(0).put(0, i);
      rows.add(codec.encode(row, 0, i));
    }
    return new TuningSamples(codec, false, rows);
  }
}
