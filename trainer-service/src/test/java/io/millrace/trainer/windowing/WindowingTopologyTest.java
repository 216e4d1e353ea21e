package io.millrace.trainer.windowing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.Holdout;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.TrainBatchReader;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.proto.DeadLetter.Reason;
import io.millrace.schemas.proto.TrainBatch;
import io.millrace.schemas.proto.TrainBatch.CloseReason;
import io.millrace.schemas.topics.Origin;
import io.millrace.trainer.deadletters.DeadLetterBox;
import io.millrace.trainer.deadletters.DeadLetters;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manual of windowing: what happens to each kind of record. */
class WindowingTopologyTest {
  private static final String TOPIC_ID = "id-of-samples";
  private static final int LETTER_BYTES = 16 << 10;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path directory;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<TopologyTestDriver> drivers = new ArrayList<>();

  @AfterEach
  void close() {
    drivers.forEach(TopologyTestDriver::close);
  }

  @Nested
  class WhenSamplesAreGood {
    @Test
    void fullBatchClosesAtOnceAndNamesTheOffsetOfEverySample() throws Exception {
      // given
      Run run = new Run(WindowingPipelines.with());

      // when
      run.pipe(10);

      // then
      List<Long> trained = run.trainedOffsets(10);
      TrainBatch first = run.batches().get(0);
      assertThat(run.offsets(first)).isEqualTo(trained.subList(0, 4));
      assertThat(first.getCloseReason()).isEqualTo(CloseReason.FULL);
      assertThat(first.getTopic()).isEqualTo("samples");
      assertThat(first.getTopicId()).isEqualTo(TOPIC_ID);
      assertThat(first.getNextOffset()).isEqualTo(trained.get(3) + 1);
      assertThat(run.view(first).data(0).getFloat()).isEqualTo((float) (long) trained.get(0));
    }

    @Test
    void samplesOfTheHoldoutAreInNoBatch() {
      // given
      Run run = new Run(WindowingPipelines.with());

      // when
      run.pipe(400);
      run.driver.advanceWallClockTime(Duration.ofSeconds(2));

      // then
      List<Long> inBatches = run.batches().stream().flatMap(b -> run.offsets(b).stream()).toList();
      assertThat(inBatches).isEqualTo(run.trainedOffsets(400)).hasSizeBetween(250, 350);
      assertThat(count("millrace.windowing.held.out")).isEqualTo(400 - inBatches.size());
    }

    @Test
    void partialBatchClosesWhenItsOldestSampleHasWaited() {
      // given
      Run run = new Run(WindowingPipelines.with("holdout.share=0"));
      run.pipe(3);

      // when
      run.driver.advanceWallClockTime(Duration.ofMillis(900));
      boolean early = !run.batchTopicIsEmpty();
      run.driver.advanceWallClockTime(Duration.ofMillis(200));

      // then
      assertThat(early).isFalse();
      TrainBatch batch = run.batches().get(0);
      assertThat(run.offsets(batch)).containsExactly(0L, 1L, 2L);
      assertThat(batch.getCloseReason()).isEqualTo(CloseReason.WAIT);
      assertThat(batch.getNextOffset()).isEqualTo(3);
    }

    @Test
    void partialBatchWaitsForEverWithDropLast() {
      // given
      Run run =
          new Run(WindowingPipelines.with("holdout.share=0", "training.dataloader_drop_last=true"));
      run.pipe(3);

      // when
      run.driver.advanceWallClockTime(Duration.ofHours(1));

      // then
      assertThat(run.batchTopicIsEmpty()).isTrue();
    }

    @Test
    void sampleThatWasSentBackStaysOnItsSideOfTheHoldout() {
      // given: a place that is held out, and one that is not
      PipelineConfig config = WindowingPipelines.with();
      Holdout holdout = new Holdout(config.holdout());
      long held = firstOffset(holdout, true);
      long trained = firstOffset(holdout, false);
      Run run = new Run(config);

      // when
      for (int i = 0; i < 8; i++) {
        run.pipe(WindowingPipelines.sample(i), new Origin(0, held).toHeader("samples"));
      }
      for (int i = 8; i < 12; i++) {
        run.pipe(WindowingPipelines.sample(i), new Origin(0, trained).toHeader("samples"));
      }

      // then
      assertThat(run.offsets(run.batches().get(0))).containsExactly(8L, 9L, 10L, 11L);
    }

    @Test
    void anOriginThatIsNoneIsNotBelieved() {
      // given
      Run run = new Run(WindowingPipelines.with("holdout.share=0"));

      // when
      for (String origin : List.of("", "samples/1", "other/0/1", "samples/x/1")) {
        run.pipe(
            WindowingPipelines.sample(1), new RecordHeader(Origin.HEADER, origin.getBytes(UTF_8)));
      }

      // then
      assertThat(run.offsets(run.batches().get(0))).containsExactly(0L, 1L, 2L, 3L);
    }

    private long firstOffset(Holdout holdout, boolean heldOut) {
      return IntStream.range(0, 1000)
          .filter(offset -> holdout.includes(null, 0, 0, offset) == heldOut)
          .findFirst()
          .orElseThrow();
    }
  }

  @Nested
  class WhenARecordIsBad {
    private final Map<String, Reason> bad =
        Map.of(
            "not json",
            Reason.UNDECODABLE,
            "{\"y\": 1}",
            Reason.MISSING_FIELD,
            "{\"x\": \"four\", \"y\": 1}",
            Reason.WRONG_TYPE,
            "{\"x\": 1e999, \"y\": 1}",
            Reason.NOT_FINITE,
            "{\"x\": 1, \"y\": 1, \"z\": \"" + "z".repeat(200) + "\"}",
            Reason.TOO_LARGE);

    @Test
    void eachBecomesADeadLetterWithItsBytesPlaceAndReason() {
      bad.forEach(
          (value, reason) -> {
            // given
            Run run = new Run(WindowingPipelines.with("holdout.share=0"));
            run.pipe(1);

            // when
            run.pipe(value.getBytes(UTF_8), new RecordHeader("trace", "t-1".getBytes(UTF_8)));
            run.pipe(3);

            // then
            DeadLetter letter = run.deadLetter("samples/0/1");
            assertThat(letter.getReason()).as(value).isEqualTo(reason);
            assertThat(letter.getValue().toStringUtf8()).isEqualTo(value);
            assertThat(letter.getDetail()).isNotEmpty();
            assertThat(letter.getHeaders(0).getKey()).isEqualTo("trace");
            assertThat(run.offsets(run.batches().get(0))).containsExactly(0L, 2L, 3L, 4L);
          });
    }

    @Test
    void recordTooLargeForTheDeadLettersIsCutAndItsPlaceNamed() {
      // given
      Run run = new Run(WindowingPipelines.with());

      // when
      run.pipe("x".repeat(100_000).getBytes(UTF_8), new RecordHeader("h", new byte[100_000]));

      // then
      DeadLetter letter = run.deadLetter("samples/0/0");
      assertThat(letter.getSerializedSize()).isLessThan(LETTER_BYTES);
      assertThat(letter.getReason()).isEqualTo(Reason.TOO_LARGE);
      assertThat(letter.getValue().toStringUtf8()).matches("x{10000,}");
      assertThat(letter.getCutFromBytes()).isEqualTo(200_001);
      assertThat(letter.getHeadersList()).isEmpty();
      assertThat(letter.getDetail())
          .contains("samples.max_bytes is 200")
          .endsWith("all 200001 bytes are at samples/0/0 until they are deleted");
      assertThat(DeadLetterBox.canBeSentBack(letter)).isFalse();
    }

    @Test
    void recordWithoutAValueBecomesADeadLetterToo() {
      // given
      Run run = new Run(WindowingPipelines.with());

      // when
      run.samples.pipeInput(new TestRecord<>(null, null));

      // then
      DeadLetter letter = run.deadLetter("samples/0/0");
      assertThat(letter.getReason()).isEqualTo(Reason.UNDECODABLE);
      assertThat(letter.hasValue()).isFalse();
    }
  }

  @Nested
  class WhenTheProcessStartsAgain {
    @Test
    void openBatchContinuesAfterARestart() {
      // given
      PipelineConfig config = WindowingPipelines.with("holdout.share=0");
      Run before = new Run(config);
      before.pipe(6);

      // when
      Run after = new Run(config, before.state(), 6, TOPIC_ID);
      after.pipe(2);

      // then
      assertThat(after.offsets(after.batches().get(0))).containsExactly(4L, 5L, 6L, 7L);
    }

    @Test
    void openBatchStoredInVersion0Continues() {
      // given
      PipelineConfig config = WindowingPipelines.with("holdout.share=0");
      Run before = new Run(config);
      before.pipe(6);
      Map<Integer, byte[]> state = before.state();
      byte[] id = TOPIC_ID.getBytes(StandardCharsets.UTF_8);
      byte[] head =
          ByteBuffer.allocate(16 + id.length)
              .putLong(4)
              .putLong(START.toEpochMilli())
              .put(id)
              .array();
      state.put(-1, head);

      // when
      Run after = new Run(config, state, 6, TOPIC_ID);
      after.pipe(2);

      // then
      assertThat(after.offsets(after.batches().get(0))).containsExactly(4L, 5L, 6L, 7L);
    }

    @Test
    void waitContinuesFromTheOldestSample() {
      // given
      PipelineConfig config = WindowingPipelines.with("holdout.share=0");
      Run before = new Run(config);
      before.pipe(2);

      // when
      Run after = new Run(config, before.state(), 2, TOPIC_ID);
      after.driver.advanceWallClockTime(Duration.ofMillis(1100));

      // then
      assertThat(after.offsets(after.batches().get(0))).containsExactly(0L, 1L);
    }

    @Test
    void smallerBatchSizeClosesTheLongerOpenBatchInPieces() {
      // given
      Run before =
          new Run(
              WindowingPipelines.with("holdout.share=0", "training.per_device_train_batch_size=8"));
      before.pipe(7);

      // when
      Run after =
          new Run(
              WindowingPipelines.with("holdout.share=0", "training.per_device_train_batch_size=3"),
              before.state(),
              7,
              TOPIC_ID);
      after.pipe(2);

      // then
      List<TrainBatch> batches = after.batches();
      assertThat(batches.stream().map(after::offsets))
          .containsExactly(List.of(0L, 1L, 2L), List.of(3L, 4L, 5L), List.of(6L, 7L, 8L));
      assertThat(batches.get(0).getNextOffset()).isEqualTo(3);
    }

    @Test
    void topicMadeAgainUnderItsNameIsRefused() {
      // given
      PipelineConfig config = WindowingPipelines.with("holdout.share=0");
      Run before = new Run(config);
      before.pipe(2);

      // then
      assertThatThrownBy(() -> new Run(config, before.state(), 2, "another-id"))
          .rootCause()
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("id-of-samples")
          .hasMessageContaining("another-id")
          .hasMessageContaining("another name");
    }
  }

  private double count(String meter) {
    return registry.get(meter).counter().count();
  }

  /** One task, whose state can be passed on to the next. */
  private final class Run {
    private final PipelineConfig config;
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> samples;
    private long piped;

    Run(PipelineConfig config) {
      this(config, Map.of(), 0, TOPIC_ID);
    }

    Run(PipelineConfig config, Map<Integer, byte[]> state, long firstOffset, String topicId) {
      this.config = config;
      Properties properties = new Properties();
      properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
      properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
      properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
      driver =
          new TopologyTestDriver(
              WindowingTopology.of(
                  config,
                  () ->
                      new RestoredWindowing(
                          new WindowingProcessor(
                              config,
                              new DeadLetters(topicId, LETTER_BYTES),
                              new WindowingMeters(registry)),
                          state)),
              properties,
              START);
      drivers.add(driver);
      samples =
          driver.createInputTopic("samples", new ByteArraySerializer(), new ByteArraySerializer());
      // a driver's offsets begin at 0, so records without content replace those read before
      for (int i = 0; i < firstOffset; i++) {
        pipe(new byte[0]);
      }
    }

    void pipe(int count) {
      for (int i = 0; i < count; i++) {
        pipe(WindowingPipelines.sample(piped));
      }
    }

    void pipe(byte[] value, Header... headers) {
      samples.pipeInput(new TestRecord<>(null, value, new RecordHeaders(headers), START));
      piped++;
    }

    Map<Integer, byte[]> state() {
      Map<Integer, byte[]> copy = new HashMap<>();
      SlotStore store = (SlotStore) driver.getStateStore(WindowingProcessor.STORE);
      int slot = -1;
      for (byte[] value = store.get(slot); value != null; value = store.get(++slot)) {
        copy.put(slot, value);
      }
      return copy;
    }

    boolean batchTopicIsEmpty() {
      return output("test.train-log").isEmpty();
    }

    List<TrainBatch> batches() {
      List<TrainBatch> batches = new ArrayList<>();
      output("test.train-log").readValuesToList().forEach(bytes -> batches.add(batch(bytes)));
      return batches;
    }

    DeadLetter deadLetter(String key) {
      return output("test.dead-letters").readKeyValuesToList().stream()
          .filter(entry -> new String(entry.key, UTF_8).equals(key))
          .map(entry -> letter(entry.value))
          .findFirst()
          .orElseThrow();
    }

    private org.apache.kafka.streams.TestOutputTopic<byte[], byte[]> output(String topic) {
      return driver.createOutputTopic(
          topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    List<Long> offsets(TrainBatch batch) {
      TrainBatchView view = view(batch);
      return IntStream.range(0, view.size()).mapToObj(view::offset).toList();
    }

    TrainBatchView view(TrainBatch batch) {
      var read = new TrainBatchReader(InputSpec.of(config.features())).read(batch.toByteArray());
      return ((TrainBatchReader.Read.Batch) read).view();
    }

    List<Long> trainedOffsets(int count) {
      Holdout holdout = new Holdout(config.holdout());
      return IntStream.range(0, count)
          .filter(offset -> !holdout.includes(null, 0, 0, offset))
          .mapToObj(offset -> (long) offset)
          .toList();
    }
  }

  private static TrainBatch batch(byte[] bytes) {
    try {
      return TrainBatch.parseFrom(bytes);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static DeadLetter letter(byte[] bytes) {
    try {
      return DeadLetter.parseFrom(bytes);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
