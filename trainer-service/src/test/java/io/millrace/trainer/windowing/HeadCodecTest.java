package io.millrace.trainer.windowing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.proto.OpenBatchHead;
import io.millrace.trainer.TrainerGolden;
import org.junit.jupiter.api.Test;

class HeadCodecTest {
  private static final OpenBatchHead HEAD =
      HeadCodec.of(792, 1_795_827_338_034L, "DeFLVwsJTBqLegwTuRJaTw");

  @Test
  void version1IsReadAndWrittenInTheSameBytes() {
    // given
    byte[] stored = TrainerGolden.read("open-batch-head-v1.bin");

    // when
    OpenBatchHead head = HeadCodec.parse(stored, "samples-0");

    // then
    assertThat(head).isEqualTo(HEAD);
    assertThat(HEAD.toByteArray()).isEqualTo(stored);
  }

  @Test
  void version0IsRead() {
    assertThat(HeadCodec.parse(TrainerGolden.read("open-batch-head-v0.bin"), "samples-0"))
        .isEqualTo(HEAD);
  }

  @Test
  void aLaterVersionIsRefusedWithWhatToDo() {
    // given
    byte[] later = HEAD.toBuilder().setVersion(2).build().toByteArray();

    // when / then
    assertThatThrownBy(() -> HeadCodec.parse(later, "samples-0"))
        .isInstanceOf(SourceException.class)
        .hasMessage(
            "samples-0: the open batch is stored in format 2, this version of Millrace reads formats up to 1; start the"
                + " version that wrote it, or a later one (docs/upgrades.md)");
  }

  @Test
  void otherBytesAreRefused() {
    assertThatThrownBy(() -> HeadCodec.parse(new byte[] {0x0a, 0x7f}, "samples-0"))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("stored in 2 bytes of no known format");
  }
}
