package io.millrace.schemas.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.lineage.CheckpointId.Term;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointIdTest {
  private static final Term TERM = new Term("9f3a61c0", 1000, 3);

  @Test
  void anIdOfTheTrainerHoldsItsStepAndTerm() {
    CheckpointId id = CheckpointId.of(420, TERM);

    assertThat(id).hasToString("000000000420-1000.3-9f3a61c0");
    assertThat(id.text()).isEqualTo("000000000420-1000.3-9f3a61c0");
    assertThat(id.step()).hasValue(420);
    assertThat(id.term()).contains(TERM);
    assertThat(id).isEqualTo(CheckpointId.of(id.text()));
  }

  @Test
  void idsOfOneTermAreOrderedByStep() {
    assertThat(CheckpointId.of(99, TERM)).isLessThan(CheckpointId.of(100, TERM));
  }

  @Test
  void anIdOfAnotherWriterMayHaveAStepButNoTerm() {
    assertThat(CheckpointId.of("000000000020-1.0").step()).hasValue(20);
    assertThat(CheckpointId.of("000000000020-1.0").term()).isEmpty();
    assertThat(CheckpointId.of("nightly").step()).isEmpty();
    assertThat(CheckpointId.of("20-1.0").step()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a/b", "a\nb", "a\u0000"})
  void textsThatCannotBeIdsAreRefused(String text) {
    assertThat(CheckpointId.tryOf(text)).isEmpty();
    assertThatThrownBy(() -> CheckpointId.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "' cannot be the id of a checkpoint");
  }

  @Test
  void anIdHasAtMost200Characters() {
    assertThat(CheckpointId.tryOf("x".repeat(200))).isPresent();
    assertThat(CheckpointId.tryOf("x".repeat(201))).isEmpty();
  }

  @Test
  void aTermIsBeforeALaterOneOfTheSamePlaceOnly() {
    assertThat(TERM.isBefore(new Term("9f3a61c0", 1000, 4))).isTrue();
    assertThat(TERM.isBefore(new Term("9f3a61c0", 1001, 0))).isTrue();
    assertThat(TERM.isBefore(TERM)).isFalse();
    assertThat(TERM.isBefore(new Term("00000000", 1001, 0))).isFalse();
  }
}
