package io.millrace.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.rows.TrainBatchView;
import java.util.List;
import org.junit.jupiter.api.Test;

class DevicesTest {
  @Test
  void theSettingNamesWhereWeightsAreKeptAndHowManyDevicesCount() {
    // then
    assertThat(Devices.of("auto", 0)).isEqualTo(new Devices(List.of(Device.cpu()), 1));
    assertThat(Devices.of("auto", 2)).isEqualTo(new Devices(List.of(Device.gpu(0)), 1));
    assertThat(Devices.of("cpu", 2)).isEqualTo(new Devices(List.of(Device.cpu()), 1));
    assertThat(Devices.of("cpu:4", 0)).isEqualTo(new Devices(List.of(Device.cpu()), 4));
    assertThat(Devices.of("gpu", 2)).isEqualTo(new Devices(List.of(Device.gpu(0)), 1));
    assertThat(Devices.of("gpu:0,1", 2))
        .isEqualTo(new Devices(List.of(Device.gpu(0), Device.gpu(1)), 2));
  }

  @Test
  void aGpuThatIsNotThereOrIsNamedTwiceIsRefused() {
    // then
    assertThatThrownBy(() -> Devices.of("gpu:0,1", 1))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "training.device is gpu:0,1, but PyTorch sees 1 GPUs here; name only GPUs that exist,"
                + " or cpu");
    assertThatThrownBy(() -> Devices.of("gpu:1,1", 2)).hasMessageContaining("each GPU once");
  }

  @Test
  void aModelCopiedToTwoDevicesLearnsBitForBitAsOneThatTakesTurns() {
    // given: two copies on the CPU simulate two GPUs
    PipelineConfig config = LearnerFixture.classes("device: 'cpu:2'");
    Devices copies = new Devices(List.of(Device.cpu(), Device.cpu()), 2);
    List<TrainBatchView> batches = new LearnerFixture.Stream(61).batches(60, 20);
    try (Learner two = Learner.create(TestModels.with(false, true), config, copies, size -> {});
        Learner one = Learner.create(TestModels.with(false, true), config)) {
      // when
      for (int i = 0; i < batches.size(); i += 2) {
        two.step(batches.subList(i, i + 2));
        one.step(batches.subList(i, i + 2));
      }

      // then
      assertThat(two.state()).isEqualTo(one.state());
    }
  }
}
