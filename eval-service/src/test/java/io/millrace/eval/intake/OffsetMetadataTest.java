package io.millrace.eval.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.eval.EvalGolden;
import io.millrace.eval.metrics.BaselineState;
import io.millrace.schemas.config.LabelConfig.ThresholdLabel;
import io.millrace.schemas.proto.ScoringState;
import java.util.Base64;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OffsetMetadataTest {
  private static final ThresholdLabel LATE = new ThresholdLabel("delay", 15);

  @Test
  void version1IsReadAndWrittenInTheSameText() {
    // given
    String stored = EvalGolden.text("offset-metadata-v1.txt");

    // when
    ScoringState state = OffsetMetadata.parse(stored);
    BaselineState labels = BaselineState.of(LATE, state.getLabels());

    // then
    assertThat(state.getTopicId()).isEqualTo("DeFLVwsJTBqLegwTuRJaTw");
    assertThat(state.getLabels().getWeight()).isEqualTo(834);
    assertThat(OffsetMetadata.of(state.getTopicId(), labels)).isEqualTo(stored);
  }

  @Test
  void version0IsRead() {
    assertThat(OffsetMetadata.parse(EvalGolden.text("offset-metadata-v0.txt")))
        .isEqualTo(OffsetMetadata.parse(EvalGolden.text("offset-metadata-v1.txt")));
  }

  @Test
  void noMetadataIsTheStart() {
    assertThat(OffsetMetadata.parse("")).isEqualTo(ScoringState.getDefaultInstance());
  }

  @Test
  void aLaterVersionIsRefused() {
    // given
    byte[] later = ScoringState.newBuilder().setVersion(2).build().toByteArray();
    String metadata = Base64.getUrlEncoder().encodeToString(later);

    // when / then
    assertThatThrownBy(() -> OffsetMetadata.parse(metadata))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("found format 2, this version of Millrace reads formats up to 1");
  }

  @Test
  void anotherTextIsRefused() {
    assertThatThrownBy(() -> OffsetMetadata.parse("3 apples"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bytes that are no baselines' state");
    assertThatThrownBy(() -> OffsetMetadata.parse("apples!"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theRefusalNamesTheRemedy() {
    // when
    ScoringException refusal =
        ScoringException.unreadableState(
            new TopicPartition("samples", 3),
            "test-scoring",
            new IllegalArgumentException("found format 2"));

    // then
    assertThat(refusal)
        .hasMessageContaining("samples-3: the state in the metadata")
        .hasMessageContaining("found format 2")
        .hasMessageContaining(
            "kafka-consumer-groups.sh --group test-scoring --topic samples --reset-offsets --to-current --execute");
  }
}
