package io.millrace.eval.lineup;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.promotions.Pins;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Promotion;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineupTest {
  private final Lineup lineup = new Lineup(new Pins(List.of("pinned")), true);

  @Test
  void theChampionIsTheCheckpointInForceWhileItIsAnnounced() {
    // given
    announce("c");
    announce("pinned");
    boolean before = lineup.champion().isPresent();

    // when
    lineup.onDecided(promoted("c"));
    AnnouncedCheckpoint champion = lineup.champion().orElseThrow();
    lineup.onWithdrawn(CheckpointId.of("c"));

    // then
    assertThat(before).isFalse();
    assertThat(champion.id()).isEqualTo(CheckpointId.of("c"));
    assertThat(lineup.champion()).isEmpty();
    assertThat(lineup.fixed())
        .extracting(fixed -> fixed.announced().id().text())
        .containsExactly("pinned");
  }

  @Test
  void championReplacedAndPinnedAreScoredOnEverySampleOnce() {
    // given
    announce("pinned");
    announce("old");
    announce("new");

    // when
    lineup.onDecided(promoted("old"));
    lineup.onDecided(promoted("new"));

    // then
    assertThat(lineup.fixed())
        .extracting(fixed -> fixed.announced().id().text())
        .containsExactlyInAnyOrder("new", "old", "pinned");
  }

  private void announce(String id) {
    lineup.onAnnounced(AnnouncedCheckpoint.of(Checkpoint.newBuilder().setId(id).build(), 0));
  }

  private static Promotion promoted(String id) {
    return Promotion.newBuilder()
        .setCheckpointId(id)
        .setDecision(Promotion.Decision.PROMOTED_BY_HAND)
        .build();
  }
}
