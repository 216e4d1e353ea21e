package io.millrace.schemas.promotions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Checkpoint;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PinsTest {
  private final List<Checkpoint> announced =
      Stream.of(0, 20, 40, 30, 60)
          .map(step -> Checkpoint.newBuilder().setId("c" + step).setStep(step).build())
          .toList();

  @Test
  void anIdIsPinnedWhetherOrNotItWasAnnounced() {
    // given
    Pins pins = new Pins(List.of("c20", "c99"));

    // when / then
    assertThat(pins.ids(announced)).map(CheckpointId::text).containsExactlyInAnyOrder("c20", "c99");
  }

  @Test
  void aStepPinsTheFirstOneAnnouncedAtOrAfterIt() {
    // given
    Pins pins = new Pins(List.of("step>=25", "step>=60", "step>=0"));

    // when / then
    assertThat(pins.ids(announced))
        .map(CheckpointId::text)
        .containsExactlyInAnyOrder("c40", "c60", "c0");
  }

  @Test
  void aStepThatNoneHasReachedPinsNone() {
    // given
    Pins pins = new Pins(List.of("step>=61"));

    // when / then
    assertThat(pins.ids(announced)).isEmpty();
  }

  @Test
  void whatIsNeitherIsRefused() {
    assertThatThrownBy(() -> new Pins(List.of("step > 5")))
        .hasMessage("'step > 5' is neither a checkpoint's id nor like step>=1200");
  }
}
