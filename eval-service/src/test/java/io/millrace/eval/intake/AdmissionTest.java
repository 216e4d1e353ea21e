package io.millrace.eval.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.eval.metrics.Baselines;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.lineage.SamplePartition;
import io.millrace.schemas.proto.Excluded;
import io.millrace.schemas.proto.ScoreSums;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final PipelineConfig CONFIG =
      new PipelineLoader(Map.of(), List.of())
          .load(
              """
              pipeline: admission
              kafka: {bootstrap.servers: 'localhost:9092'}
              samples: {topic: samples, id: id}
              features: [{name: x, type: number}]
              label: {type: threshold, field: y, above: 0.5}
              model: {recipe: linear}
              checkpoint: {store: checkpoints}
              """,
              Path.of("."))
          .config();
  private static final TopicPartition OURS = new TopicPartition("samples", 0);
  private static final TopicPartition GIVEN_AWAY = new TopicPartition("samples", 1);

  private final Map<TopicPartition, PartitionState> states = new HashMap<>();
  private final Admission admission =
      new Admission(states, new IntakeMeters(new SimpleMeterRegistry()));
  private final RecordDecoder decoder = new RecordDecoder(CONFIG);
  private final EvalBatch batch =
      new EvalBatch(decoder.rows(8), Baselines.of(CONFIG.model(), CONFIG.label(), 8));

  @Test
  void whatIsNotToBeScoredIsCountedAndLeavesNoGap() {
    // given
    PartitionState state = state();
    take(OURS, 10, "{\"id\": 1, \"x\": 1, \"y\": 1}");
    take(GIVEN_AWAY, 7, "{\"id\": 2, \"x\": 2, \"y\": 0}");
    take(OURS, 11, "no sample");
    take(OURS, 12, "{\"id\": 3, \"x\": 3, \"y\": 0}");
    take(OURS, 13, "{\"id\": 1, \"x\": 4, \"y\": 1}");
    take(OURS, 15, "{\"id\": 5, \"x\": 5, \"y\": 1}");

    // when
    admission.admit(batch);

    // then
    Rows rows = batch.rows;
    assertThat(batch.size()).isEqualTo(3);
    assertThat(new float[] {rows.floats(0).get(0), rows.floats(0).get(1), rows.floats(0).get(2)})
        .containsExactly(1, 3, 5);
    assertThat(new float[] {rows.label(0), rows.label(1), rows.label(2)}).containsExactly(1, 0, 1);
    assertThat(batch.offsets).startsWith(10, 12, 15);
    assertThat(batch.appendedMs).startsWith(1010, 1012, 1015);
    assertThat(batch.states).startsWith(state, state, state);
    ScoreSums report = state.report(0).build();
    assertThat(report.getConsumed()).isEqualTo(5);
    assertThat(report.getExcludedList())
        .extracting(Excluded::getReason, Excluded::getCount)
        .containsExactlyInAnyOrder(tuple("rejected", 1L), tuple("repeat", 1L));
    assertThat(state.position().offset()).isEqualTo(16);
  }

  @Test
  void ofPartitionsThatWereGivenAwayNothingIsLeft() {
    // given
    take(GIVEN_AWAY, 7, "{\"id\": 2, \"x\": 2, \"y\": 0}");

    // when
    admission.admit(batch);

    // then
    assertThat(batch.size()).isZero();
  }

  private PartitionState state() {
    Ring ring =
        new Ring(
            InputSpec.of(CONFIG.features()), 4, Baselines.of(CONFIG.model(), CONFIG.label(), 4));
    PartitionState state =
        new PartitionState(
            new SamplePartition("samples", "topic-id", 0),
            10,
            "",
            CONFIG.label(),
            ring,
            new RecentIds());
    states.put(OURS, state);
    return state;
  }

  private void take(TopicPartition partition, long offset, String json) {
    byte[] bytes = json.getBytes(UTF_8);
    ByteBuffer among = ByteBuffer.allocate(bytes.length + 6).position(3).put(bytes).flip();
    decoder.decodeInto(
        new ConsumerRecord<>(
            partition.topic(),
            partition.partition(),
            offset,
            1000 + offset,
            TimestampType.CREATE_TIME,
            -1,
            bytes.length,
            null,
            among.position(3).slice(),
            new RecordHeaders(),
            Optional.empty()),
        partition,
        batch);
  }
}
