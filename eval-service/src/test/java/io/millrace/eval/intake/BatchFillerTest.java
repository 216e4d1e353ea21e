package io.millrace.eval.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.time.ManualClock;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class BatchFillerTest {
  private static final PipelineConfig CONFIG =
      new PipelineLoader(Map.of(), List.of())
          .load(
              """
              pipeline: filler
              kafka: {bootstrap.servers: 'localhost:9092'}
              samples: {topic: samples}
              features: [{name: x, type: number}]
              label: {type: threshold, field: y, above: 0.5}
              model: {recipe: linear}
              evaluation: {per_device_eval_batch_size: 2, batch_max_wait: 100ms}
              checkpoint: {store: checkpoints}
              """,
              Path.of("."))
          .config();
  private static final TopicPartition PARTITION = new TopicPartition("samples", 0);

  private final ManualClock clock = new ManualClock();
  private final Deliveries deliveries = new Deliveries(CONFIG);
  private final BatchFiller filler = new BatchFiller(CONFIG, deliveries, clock);

  @Test
  void aFullBatchIsDeliveredAtOnce() throws Exception {
    // when
    filler.add(PARTITION, records(0, 1, 2), 7);

    // then
    assertThat(delivered()).isEqualTo(2);
    assertThat(deliveries.isEmpty()).isTrue();
  }

  @Test
  void aBatchIsDueOnceItsFirstRecordHasWaited() throws Exception {
    // given
    filler.add(PARTITION, records(0), 7);

    // when
    clock.advance(Duration.ofMillis(99));
    boolean early = filler.isDue();
    Duration left = filler.pollTimeout(Duration.ofSeconds(1));
    clock.advance(Duration.ofMillis(1));

    // then
    assertThat(early).isFalse();
    assertThat(left).isEqualTo(Duration.ofMillis(1));
    assertThat(filler.isDue()).isTrue();
    assertThat(filler.flush()).isTrue();
    assertThat(delivered()).isEqualTo(1);
  }

  @Test
  void withoutRecordsThereIsNothingToDeliver() {
    // when / then
    assertThat(filler.isDue()).isFalse();
    assertThat(filler.pollTimeout(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(1));
    assertThat(filler.flush()).isTrue();
    assertThat(deliveries.isEmpty()).isTrue();
  }

  private int delivered() throws InterruptedException {
    return deliveries.poll(0) instanceof Deliveries.Delivery.Filled filled
        ? filled.batch().size()
        : 0;
  }

  private static List<ConsumerRecord<byte[], ByteBuffer>> records(long... offsets) {
    return Arrays.stream(offsets)
        .mapToObj(
            offset ->
                new ConsumerRecord<byte[], ByteBuffer>(
                    "samples",
                    0,
                    offset,
                    null,
                    ByteBuffer.wrap("{\"x\":1,\"y\":1}".getBytes(UTF_8))))
        .toList();
  }
}
