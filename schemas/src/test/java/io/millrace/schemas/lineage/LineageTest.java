package io.millrace.schemas.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LineageTest {
  private static final SamplePartition P0 = new SamplePartition("flights", "id", 0);
  private static final SamplePartition P1 = new SamplePartition("flights", "id", 1);

  @Test
  void whatIsBelowTheOffsetIsSeen() {
    // when
    Lineage lineage = Lineage.EMPTY.with(P0, 10);

    // then
    assertThat(lineage.hasSeen(P0, 9)).isTrue();
    assertThat(lineage.hasSeen(P0, 10)).isFalse();
    assertThat(lineage.hasSeen(P1, 0)).isFalse();
  }

  @Test
  void itNeverShrinks() {
    assertThat(Lineage.EMPTY.with(P0, 10).with(P0, 4)).isEqualTo(Lineage.EMPTY.with(P0, 10));
  }

  @Test
  void aTopicMadeAgainHasBeenSeenByNobody() {
    // given
    Lineage lineage = Lineage.EMPTY.with(P0, 10);

    // when
    boolean seen = lineage.hasSeen(new SamplePartition("flights", "another", 0), 3);

    // then
    assertThat(seen).isFalse();
  }

  @Test
  void aUnionHasSeenWhatEitherHas() {
    assertThat(Lineage.EMPTY.with(P0, 10).with(P1, 2).union(Lineage.EMPTY.with(P1, 5)))
        .isEqualTo(Lineage.EMPTY.with(P0, 10).with(P1, 5));
  }

  @Test
  void itSurvivesTheTopic() {
    // given
    Lineage lineage = Lineage.EMPTY.with(P0, 10).with(P1, 5);

    // when / then
    assertThat(Lineage.fromProto(lineage.toProto())).isEqualTo(lineage);
  }

  @Test
  void aNegativeOffsetIsRefused() {
    // given
    var offsets = new TreeMap<SamplePartition, Long>();
    offsets.put(P0, -1L);

    // when / then
    assertThatThrownBy(() -> new Lineage(offsets))
        .hasMessage("lineage of flights-0 is -1, must be >= 0");
  }
}
