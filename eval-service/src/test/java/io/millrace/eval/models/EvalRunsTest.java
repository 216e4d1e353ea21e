package io.millrace.eval.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.Rows;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Memory that runs out halves the eval batch, and loses no sample. */
class EvalRunsTest {
  private static final int ROWS = 1_000;

  private final Rows rows = new Rows(List.of(new InputSpec("x", false, 1, List.of())), ROWS);
  private final FloatBuffer outputs = FloatBuffer.allocate(ROWS);

  /** A device with room for a number of rows, that answers with the rows' own numbers. */
  private static final class SmallDevice implements Model {
    private final int room;
    private final List<Integer> sizes = new ArrayList<>();

    private SmallDevice(int room) {
      this.room = room;
    }

    @Override
    public int width() {
      return 1;
    }

    @Override
    public void score(Rows rows, int from, int count, FloatBuffer outputs) {
      if (count > room) {
        throw new OutOfMemoryException("room for " + room + " rows");
      }
      sizes.add(count);
      for (int row = from; row < from + count; row++) {
        outputs.put(row, rows.floats(0).get(row));
      }
    }

    @Override
    public void close() {}
  }

  EvalRunsTest() {
    for (int row = 0; row < ROWS; row++) {
      rows.floats(0).put(row, row + 1);
    }
  }

  @Test
  void theCeilingIsRememberedAndEveryRowIsScored() {
    // given
    EvalRuns runs = new EvalRuns(ROWS, false);
    SmallDevice device = new SmallDevice(300);

    // when
    runs.score(device, rows, ROWS, outputs);
    runs.score(device, rows, 30, outputs);

    // then
    assertThat(runs.ceiling()).isEqualTo(250);
    assertThat(device.sizes).containsExactly(250, 250, 250, 250, 30);
    assertThat(outputs.array()).isEqualTo(expected());
  }

  @Test
  void onAGpuEveryRunHasTheSameNumberOfRows() {
    // given
    EvalRuns runs = new EvalRuns(ROWS, true);
    SmallDevice device = new SmallDevice(400);

    // when
    runs.score(device, rows, 900, outputs);

    // then
    assertThat(device.sizes).containsOnly(250);
    assertThat(java.util.Arrays.copyOf(outputs.array(), 900))
        .isEqualTo(java.util.Arrays.copyOf(expected(), 900));
  }

  @Test
  void aSingleRowThatDoesNotFitIsTold() {
    // given
    EvalRuns runs = new EvalRuns(ROWS, false);

    // when / then
    assertThatThrownBy(() -> runs.score(new SmallDevice(0), rows, ROWS, outputs))
        .isInstanceOf(Model.OutOfMemoryException.class)
        .hasMessage("room for 0 rows");
  }

  private static float[] expected() {
    float[] expected = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      expected[row] = row + 1;
    }
    return expected;
  }
}
