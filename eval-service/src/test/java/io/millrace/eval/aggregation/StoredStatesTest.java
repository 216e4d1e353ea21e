package io.millrace.eval.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.eval.EvalGolden;
import io.millrace.eval.champion.ChampionPlace;
import io.millrace.eval.promotion.JudgeState;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.Promotion.Decision;
import io.millrace.schemas.proto.ScoreKind;
import io.millrace.schemas.proto.StoredFile;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.store.LocalCheckpointStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What aggregation has in its store and at the champion's place, as it was once written. */
class StoredStatesTest {
  private static final ObjectMapper JSON = StateStore.JSON;

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "clocks.json, io.millrace.eval.aggregation.Clocks$ClocksState",
    "drift.json, io.millrace.eval.aggregation.DriftWatch$DriftState",
    "judge.json, io.millrace.eval.promotion.JudgeState"
  })
  void statesAreReadAndWrittenUnderTheSameNames(String file, Class<?> type) throws IOException {
    // given
    byte[] stored = EvalGolden.read(file);

    // when
    Object state = JSON.readValue(stored, type);

    // then
    assertThat(JSON.readTree(JSON.writeValueAsBytes(state))).isEqualTo(JSON.readTree(stored));
  }

  @Test
  void whatWasStoredMeansTheSame() throws IOException {
    // when
    Clocks.ClocksState clocks =
        JSON.readValue(EvalGolden.read("clocks.json"), Clocks.ClocksState.class);
    JudgeState judge = JSON.readValue(EvalGolden.read("judge.json"), JudgeState.class);

    // then
    assertThat(clocks.watermarkMs()).isEqualTo(978_363_900_000L);
    assertThat(clocks.reportedMs()).hasSize(4).containsEntry(3, 978_364_500_000L);
    assertThat(judge.champion()).isEqualTo("000000000040-1.0-d4245e4f");
    assertThat(judge.read().onTrial()).containsExactly("000000000057-1.0-d4245e4f");
    assertThat(judge.unscored())
        .hasEntrySatisfying(
            "000000000057-1.0-d4245e4f", unscored -> assertThat(unscored.passed()).isEqualTo(82));
  }

  @Test
  void windowsAreStoredUnderTheSameKeys() {
    assertThat(
            new SeriesKey(CheckpointId.of("000000000040-1.0-d4245e4f"), ScoreKind.PREQUENTIAL)
                .evaluation("9"))
        .isEqualTo("000000000040-1.0-d4245e4f/PREQUENTIAL/9");
    assertThat(new SeriesKey(null, ScoreKind.LIVE).evaluation("9")).isEqualTo("online/LIVE/9");
  }

  @Test
  void theChampionsDescriptionIsWrittenInTheSameText() {
    // given
    CheckpointStore store = new LocalCheckpointStore(directory);
    byte[] model = {1, 2, 3};
    StoredFile file =
        store.publish("000000000040-1.0-d4245e4f", Map.of("model.onnx", model)).get(0);
    Checkpoint champion =
        Checkpoint.newBuilder()
            .setId("000000000040-1.0-d4245e4f")
            .setStep(40)
            .setModel(file)
            .build();
    Promotion decision =
        Promotion.newBuilder()
            .setDecision(Decision.PROMOTED)
            .setBy("test")
            .setAtMs(1_795_827_338_392L)
            .build();

    // when
    new ChampionPlace(store).put(champion, decision, 10);

    // then
    assertThat(store.description(ChampionPlace.NAME))
        .hasValueSatisfying(found -> assertThat(found).isEqualTo(EvalGolden.read("champion.json")));
  }
}
