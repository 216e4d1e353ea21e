package io.millrace.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.millrace.trainer.TrainerGolden;
import io.millrace.trainer.graph.ops.HostTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateBytesTest {
  @Test
  void aCheckpointsOptimizerStateIsReadAndWrittenInTheSameBytes() {
    // given
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    tensors.put("first", new HostTensor(DataType.FLOAT32, new Shape(2), bytes(8)));
    tensors.put("second", new HostTensor(DataType.FLOAT64, new Shape(1), bytes(8)));
    LearnerState state = new LearnerState(Map.of(), "adamw", tensors, 57, 25, 2_850, 3);
    byte[] stored = TrainerGolden.read("optimizer-v1.bin");

    // when
    LearnerState found = StateBytes.read(stored, Map.of());

    // then
    assertThat(found).isEqualTo(state);
    assertThat(StateBytes.write(state)).isEqualTo(stored);
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (i + 1);
    }
    return bytes;
  }
}
