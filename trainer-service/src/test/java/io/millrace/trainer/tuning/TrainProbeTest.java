package io.millrace.trainer.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.features.SampleDecoder;
import io.millrace.schemas.features.rows.RowCodec;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.schemas.tuning.CeilingSearch;
import io.millrace.schemas.tuning.CeilingSearch.BatchCeiling.Bound;
import io.millrace.schemas.tuning.DeviceMemory;
import io.millrace.schemas.tuning.ResidentMemory;
import io.millrace.schemas.tuning.Speed;
import io.millrace.schemas.tuning.TuningSamples;
import io.millrace.trainer.training.MemoryGuard;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrainProbeTest {
  private static final Duration SLOW = Duration.ofMinutes(1);

  private static final LoadedPipeline PIPELINE = pipeline("");
  private static final TuningSamples SAMPLES = samples(2_000);

  @Test
  void injectedLimitIsFoundWithinTenPercentAndNothingIsLeftAllocated() {
    // given
    TrainProbe probe = new TrainProbe(PIPELINE, SAMPLES, roomFor(1_500));
    probe.ceiling(1, SLOW, new Unlimited());
    int before = liveArrays();

    // when
    CeilingSearch.BatchCeiling ceiling = probe.ceiling(1 << 20, SLOW, new Unlimited());

    // then
    assertThat(ceiling.bound()).isEqualTo(Bound.MEMORY);
    assertThat(ceiling.samples()).isBetween(1_350, 1_500);
    assertThat(liveArrays()).isEqualTo(before);
  }

  @Test
  void shareOfTheMachinesMemoryIsNotExceeded() {
    // given: memory for a few ten thousand samples
    ResidentMemory memory = ResidentMemory.withLimit(48L << 20);
    TrainProbe probe = new TrainProbe(pipeline("hidden: [256, 256], "), SAMPLES);
    probe.ceiling(1, SLOW, ResidentMemory.ofMachine());

    // when
    CeilingSearch.BatchCeiling ceiling = probe.ceiling(1 << 17, SLOW, memory);

    // then
    assertThat(ceiling.bound()).isIn(Bound.MEMORY, Bound.TIME);
    assertThat(ceiling.samples()).isBetween(256, 1 << 16);
  }

  @Test
  void eachSampleIsScoredOnceInOrderAndBeforeItTrains() {
    // given
    TrainProbe probe = new TrainProbe(PIPELINE, SAMPLES);
    Recorded recorded = new Recorded(Integer.MAX_VALUE);
    Recorded again = new Recorded(Integer.MAX_VALUE);

    // when
    boolean through = probe.run(new TrainSetting(300, 0.01, 1), 1_000, recorded);
    probe.run(new TrainSetting(300, 0.02, 1), 1_000, again);

    // then: the rate has no effect on the first batch, and must have one on later batches
    assertThat(through).isTrue();
    assertThat(recorded.sizes).containsExactly(300, 300, 300, 100);
    assertThat(recorded.offsets).containsExactly(0L, 300L, 600L, 900L);
    assertThat(again.first.get(0)).isEqualTo(recorded.first.get(0));
    assertThat(again.first.get(1)).isNotEqualTo(recorded.first.get(1));
  }

  @Test
  void otherSeedsAreOtherModelsAndTheSameSeedIsTheSame() {
    // given
    TrainProbe probe = new TrainProbe(PIPELINE, SAMPLES);
    Recorded one = new Recorded(1);
    Recorded same = new Recorded(1);
    Recorded other = new Recorded(1);

    // when
    probe.run(new TrainSetting(100, 0.01, 1), 1_000, one);
    probe.run(new TrainSetting(100, 0.01, 1), 1_000, same);
    probe.run(new TrainSetting(100, 0.01, 2), 1_000, other);

    // then
    assertThat(probe.isSeeded()).isTrue();
    assertThat(same.first).isEqualTo(one.first);
    assertThat(other.first).isNotEqualTo(one.first);
  }

  @Test
  void listenerEndsARun() {
    // given
    TrainProbe probe = new TrainProbe(PIPELINE, SAMPLES);
    Recorded recorded = new Recorded(3);

    // when
    boolean through = probe.run(new TrainSetting(10, 0.01, 1), 1_000, recorded);

    // then
    assertThat(through).isFalse();
    assertThat(recorded.sizes).hasSize(3);
  }

  @Test
  void speedAndNoiseAreMeasured() {
    // given
    TrainProbe probe = new TrainProbe(PIPELINE, SAMPLES);

    // when
    Speed speed = probe.speed(64, Duration.ofMillis(20), new Unlimited());
    NoiseScale scale = probe.noiseScale(SAMPLES.size());

    // then
    assertThat(speed.batch()).isEqualTo(64);
    assertThat(speed.samplesPerSecond()).isPositive();
    assertThat(speed.p95Nanos()).isGreaterThanOrEqualTo(speed.medianNanos());
    assertThat(scale.count()).isPositive();
  }

  private static final class Recorded implements TrainProbe.ProbeListener {
    private final int steps;
    private final List<Integer> sizes = new ArrayList<>();
    private final List<Long> offsets = new ArrayList<>();
    private final List<Float> first = new ArrayList<>();

    Recorded(int steps) {
      this.steps = steps;
    }

    @Override
    public boolean shouldContinue() {
      return sizes.size() < steps;
    }

    @Override
    public void onScored(TrainBatchView batch, FloatBuffer outputs, int width) {
      assertThat(width).isEqualTo(1);
      assertThat(outputs.remaining()).isEqualTo(batch.size());
      sizes.add(batch.size());
      offsets.add(batch.offset(0));
      first.add(outputs.get(0));
    }
  }

  /** Memory without a known limit. */
  private static final class Unlimited implements DeviceMemory {
    @Override
    public OptionalLong peakWhile(Runnable work) {
      work.run();
      return OptionalLong.empty();
    }

    @Override
    public long limitBytes() {
      return NO_LIMIT;
    }
  }

  private static MemoryGuard roomFor(int samples) {
    return size -> {
      if (size > samples) {
        throw new EngineException("CUDA out of memory. Tried to allocate 2.00 GiB");
      }
    };
  }

  /* All native arrays of this process, whatever their owner. */
  private static int liveArrays() {
    try (NDManager manager = NDManager.newBaseManager(null, "PyTorch")) {
      return manager.getParentManager().getManagedArrays().size();
    }
  }

  private static LoadedPipeline pipeline(String model) {
    return new PipelineLoader(Map.of(), List.of())
        .load(
            """
            pipeline: tuned
            samples: {topic: samples}
            features: [{name: a, type: number}, {name: b, type: number}]
            label: {type: threshold, field: c, above: 0}
            model: {%srecipe: mlp}
            training: {per_device_train_batch_size: 20, learning_rate: 0.01, device: cpu}
            """
                .formatted(model),
            Path.of(""));
  }

  private static TuningSamples samples(int count) {
    SampleDecoder decoder = new SampleDecoder(PIPELINE.config());
    RowCodec codec = new RowCodec(decoder.inputs());
    Rows row = decoder.rows(1);
    Random random = new Random(1);
    List<byte[]> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      String json =
          "{\"a\": %s, \"b\": %s, \"c\": %s}".formatted(a, b, a - b + random.nextGaussian());
      assertThat(decoder.decode(json.getBytes(StandardCharsets.UTF_8), i, row, 0)).isNull();
      rows.add(codec.encode(row, 0, i));
    }
    return new TuningSamples(codec, false, rows);
  }
}
