package io.millrace.demo;

import static io.millrace.demo.SampleMessages.evaluation;
import static io.millrace.demo.SampleMessages.sums;
import static io.millrace.schemas.proto.ScoreKind.HOLDOUT;
import static io.millrace.schemas.proto.ScoreKind.LIVE;
import static io.millrace.schemas.proto.ScoreKind.PREQUENTIAL;
import static io.millrace.schemas.proto.ScoreKind.RING;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.Excluded;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.TrainProgress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Forty flights on one partition, from one minute to the next, and one record that is broken. */
class SummaryCalculationTest {
  private static final PipelineConfig PIPELINE = DemoPipeline.template().config();
  private static final long FLIGHTS = 40;
  private static final long FROZEN_AFTER = 10;
  private static final long MINUTE_MS = 60_000;

  @TempDir Path directory;

  private final SampleLedger ledger = new SampleLedger(PIPELINE);
  private final ObservedTopics observed = new ObservedTopics();
  private final SummaryCalculation calculation =
      new SummaryCalculation(PIPELINE, ledger, observed, 2, FROZEN_AFTER);

  @BeforeEach
  void theTopicsSpeak() {
    FlightJson json = new FlightJson();
    for (int offset = 0; offset < FLIGHTS; offset++) {
      ledger.onSample(sample(offset, json.encode(flight(offset))));
    }
    ledger.onSample(sample(FLIGHTS, "no flight".getBytes(StandardCharsets.UTF_8)));
    ledger
        .partition(0)
        .onDeadLetter(FLIGHTS, io.millrace.schemas.proto.DeadLetter.Reason.UNDECODABLE);
    long heldOut = ledger.accounts(0).get(0).heldOut();
    observed.onCheckpoint(SampleMessages.checkpoint("first", 1, 1, 5), 1_100, true);
    observed.onCheckpoint(SampleMessages.checkpoint("frozen", 2, 2, 10), 1_200, true);
    observed.onCheckpoint(SampleMessages.checkpoint("last", 3, 3, FLIGHTS), 1_300, true);
    observed.onProgress(TrainProgress.newBuilder().setStep(3).setTrainLogOffset(3).build());
    observed.onPromotion(promotion("first", Promotion.Decision.TRIAL));
    observed.onPromotion(promotion("first", Promotion.Decision.PROMOTED));
    observed.onReport(
        ScoreSums.newBuilder()
            .setConsumed(FLIGHTS + 1)
            .addExcluded(Excluded.newBuilder().setReason("rejected").setCount(1))
            .build());
    see(evaluation("last", RING, 0, sums(2, true)), 1_340);
    see(evaluation("", PREQUENTIAL, window(20), sums(FLIGHTS - heldOut, true)), 1_400);
    see(evaluation("", HOLDOUT, window(20), sums(heldOut, true)), 1_400);
    see(evaluation("", LIVE, window(20), sums(20, true)), 1_400);
    see(evaluation("frozen", LIVE, window(20), sums(20, false)), 1_400);
  }

  @Test
  void theSummaryHasAFigureUnderEachOfItsKeys() throws IOException {
    // given
    trainOnAllThatIsNotHeldOut();
    Path file = directory.resolve("summary.json");

    // when
    Summary summary = calculation.summary(12_345);
    summary.writeTo(file);

    // then
    assertThat(summary.mismatches()).isEmpty();
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.at("/samples/produced").asLong()).isEqualTo(FLIGHTS + 1);
    assertThat(
            json.at("/samples/trained").asLong()
                + json.at("/samples/held_out").asLong()
                + json.at("/samples/rejected").asLong())
        .isEqualTo(FLIGHTS + 1);
    assertThat(json.at("/samples/reasons/undecodable").asLong()).isEqualTo(1);
    assertThat(json.at("/samples_per_second").asDouble()).isEqualTo(12_345);
    assertThat(json.at("/steps").asLong()).isEqualTo(3);
    assertThat(json.at("/checkpoints").asLong()).isEqualTo(3);
    assertThat(json.at("/promotions").asLong()).isEqualTo(1);
    assertThat(json.at("/auc/live").asDouble()).isEqualTo(1);
    assertThat(json.at("/auc/frozen").asDouble()).isZero();
    assertThat(json.at("/auc/frozen").isNumber()).isTrue();
    for (String key :
        List.of(
            "/auc/prequential",
            "/auc/holdout",
            "/verdict_ms/p50",
            "/verdict_ms/p99",
            "/verdict_ms/max",
            "/freshness_ms/p50",
            "/freshness_ms/p99",
            "/staleness_samples/p50",
            "/staleness_samples/p99")) {
      assertThat(json.at(key).isNumber()).as(key).isTrue();
    }
    assertThat(json.at("/verdict_ms/p50").asDouble()).isEqualTo(40);
    assertThat(json.at("/unjudged").asLong()).isEqualTo(1);
    assertThat(json.at("/auc").has("prior")).isTrue();
    assertThat(json.at("/auc").has("last_label")).isTrue();
  }

  @Test
  void aSampleThatTrainedOnNothingIsAMismatchWithItsPartition() {
    // when
    Summary summary = calculation.summary(1);

    // then
    assertThat(summary.isSound()).isFalse();
    assertThat(summary.mismatches())
        .singleElement()
        .asString()
        .contains("training, partition 0: 41 produced, 0 trained")
        .contains("waiting");
    assertThat(String.join("\n", summary.lines())).contains("MISMATCH");
  }

  @Test
  void aRecordThatScoringNeverReadIsAMismatch() {
    // given
    trainOnAllThatIsNotHeldOut();
    ledger.onSample(sample(FLIGHTS + 1, new FlightJson().encode(flight(0))));
    ledger.partition(0).onTrainLog(FLIGHTS + 1, 0);

    // then
    assertThat(calculation.mismatches())
        .contains("evaluation, partition 0: 42 produced, 41 consumed");
  }

  @Test
  void aScoreThatIsInNoWindowIsAMismatch() {
    // given
    trainOnAllThatIsNotHeldOut();
    see(evaluation("", PREQUENTIAL, window(20), sums(1, true)), 1_500);

    // then
    assertThat(calculation.mismatches()).singleElement().asString().contains("41 consumed,");
  }

  private void trainOnAllThatIsNotHeldOut() {
    var holdout = new io.millrace.schemas.features.Holdout(PIPELINE.holdout());
    IntStream.range(0, (int) FLIGHTS)
        .filter(offset -> !holdout.includes(null, 0, 0, offset))
        .forEach(offset -> ledger.partition(0).onTrainLog(offset, 0));
  }

  private void see(Evaluation evaluation, long seenMs) {
    observed.onEvaluation(SampleMessages.key(evaluation), evaluation, seenMs, true);
  }

  private long window(int minute) {
    return ledger.eventTimeMs(1).orElseThrow() + minute * MINUTE_MS;
  }

  private static ConsumerRecord<byte[], byte[]> sample(long offset, byte[] value) {
    return new ConsumerRecord<>("flights.arrivals", 0, offset, new byte[0], value);
  }

  private static Flights.Flight flight(int minute) {
    return new Flights.Flight("2001-01-01T00:%02d".formatted(minute), "LAS", "PHL", 2176, 33);
  }

  private static Promotion promotion(String id, Promotion.Decision decision) {
    return Promotion.newBuilder().setCheckpointId(id).setDecision(decision).build();
  }
}
