package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.config.HoldoutConfig;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.Holdout;
import io.millrace.schemas.features.SampleDecoder;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.proto.DeadLetter.Reason;
import io.millrace.schemas.topics.Origin;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Counts how many samples of a topic are held out: in total, per partition and per key. Confined to
 * one thread.
 */
final class HoldoutSurvey {
  /*
   * The samples of one key are held out together. With w_i the share of key i, the share that is held out has a standard
   * deviation of sqrt(p (1 - p) sum w_i^2) over the seeds of the hash: as if there were 1 / sum w_i^2 keys of equal weight.
   * More than a quarter of p causes a warning.
   */
  private static final double TOLERATED_STRAY = 0.25;
  private static final int KEYS_SHOWN = 5;
  private static final int KEY_CHARS_SHOWN = 40;

  private final HoldoutConfig config;
  private final Holdout holdout;
  private final SampleDecoder decoder;
  private final Rows row;
  private final Map<Integer, HoldoutTally> partitions = new TreeMap<>();
  private final Map<ByteBuffer, HoldoutTally> keys = new HashMap<>();
  private final Map<Reason, Integer> rejections = new TreeMap<>();
  private final HoldoutTally total = new HoldoutTally();

  HoldoutSurvey(PipelineConfig pipeline) {
    config = pipeline.holdout();
    holdout = new Holdout(config);
    decoder = new SampleDecoder(pipeline);
    row = decoder.rows(1);
  }

  void add(ConsumerRecord<byte[], byte[]> sample) {
    Rejection rejection = decoder.decode(sample.value(), sample.timestamp(), row, 0);
    if (rejection != null) {
      rejections.merge(rejection.reason(), 1, Integer::sum);
      return;
    }
    Origin origin =
        Origin.of(sample.headers(), sample.topic(), sample.partition(), sample.offset());
    boolean heldOut =
        holdout.includes(sample.key(), row.holdoutHash(0), origin.partition(), origin.offset());
    total.add(heldOut);
    partitions.computeIfAbsent(sample.partition(), partition -> new HoldoutTally()).add(heldOut);
    ByteBuffer key = toKey(sample);
    if (key != null) {
      keys.computeIfAbsent(key, absent -> new HoldoutTally()).add(heldOut);
    }
  }

  void print(PrintWriter out) {
    out.printf("%d samples, %s held out (holdout.share is %s)%n", total.samples, total, share());
    partitions.forEach(
        (partition, tally) ->
            out.printf(
                "  partition %d: %d samples, %s held out%n", partition, tally.samples, tally));
    if (!keys.isEmpty()) {
      out.printf("  %d keys, the heaviest:%n", keys.size());
    }
    heaviest().stream()
        .limit(KEYS_SHOWN)
        .forEach(
            key ->
                out.printf(
                    "    %s: %d samples, %s held out%n",
                    toText(key.getKey()), key.getValue().samples, key.getValue()));
    rejections.forEach((reason, count) -> out.printf("  %d rejected: %s%n", count, reason));
  }

  /** Warns of keys so heavy that the share held out may differ much from the setting. */
  Optional<String> warning() {
    if (keys.isEmpty() || total.samples == 0) {
      return Optional.empty();
    }
    double squares = 0;
    for (var tally : keys.values()) {
      double weight = (double) tally.samples / total.samples;
      squares += weight * weight;
    }
    double stray = Math.sqrt(config.share() * (1 - config.share()) * squares);
    if (stray <= TOLERATED_STRAY * config.share()) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "few keys have many of the samples: %d of %d have half of them, so the share held out may differ"
                + " from %s by about %.3f; hash a finer value with holdout.by: field or offset",
            keysThatCarryHalf(),
            keys.size(),
            share(),
            stray));
  }

  private int keysThatCarryHalf() {
    long carried = 0;
    int count = 0;
    for (var key : heaviest()) {
      if (2 * carried >= total.samples) {
        break;
      }
      carried += key.getValue().samples;
      count++;
    }
    return count;
  }

  private List<Map.Entry<ByteBuffer, HoldoutTally>> heaviest() {
    return keys.entrySet().stream()
        .sorted(
            Comparator.comparingInt(
                    (Map.Entry<ByteBuffer, HoldoutTally> key) -> -key.getValue().samples)
                .thenComparing(Map.Entry::getKey))
        .toList();
  }

  private String share() {
    return Double.toString(config.share());
  }

  /** Null if a sample is chosen by its place. */
  private @Nullable ByteBuffer toKey(ConsumerRecord<byte[], byte[]> sample) {
    if (config.by() == HoldoutConfig.By.FIELD) {
      return ByteBuffer.allocate(Long.BYTES).putLong(0, row.holdoutHash(0));
    }
    if (config.by() == HoldoutConfig.By.OFFSET || sample.key() == null) {
      return null;
    }
    return ByteBuffer.wrap(sample.key());
  }

  private String toText(ByteBuffer key) {
    if (config.by() == HoldoutConfig.By.FIELD) {
      return "hash " + Long.toHexString(key.getLong(0));
    }
    String text = UTF_8.decode(key.duplicate()).toString().replaceAll("\\p{Cntrl}", "?");
    return text.length() <= KEY_CHARS_SHOWN ? text : text.substring(0, KEY_CHARS_SHOWN) + "…";
  }

  private static final class HoldoutTally {
    private int samples;
    private int heldOut;

    void add(boolean held) {
      samples++;
      heldOut += held ? 1 : 0;
    }

    @Override
    public String toString() {
      double percent = samples == 0 ? 0 : 100.0 * heldOut / samples;
      return String.format(Locale.ROOT, "%d (%.1f %%)", heldOut, percent);
    }
  }
}
