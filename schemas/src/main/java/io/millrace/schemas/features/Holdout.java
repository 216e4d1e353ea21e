package io.millrace.schemas.features;

import io.millrace.schemas.config.HoldoutConfig;
import io.millrace.schemas.features.rows.Hashes;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the holdout by a stable hash: a sample belongs to it if the upper 53 bits of MurmurHash3
 * (x64) of the value that {@code holdout.by} names, as a fraction of 2^53, lie below {@code
 * holdout.share}. Immutable and thread-safe.
 *
 * <p>A dead letter that was sent back is judged by its original partition and offset.
 */
public final class Holdout {
  private final HoldoutConfig config;
  private final int seed;

  public Holdout(HoldoutConfig config) {
    this.config = config;
    this.seed = hashSeed(config.seed());
  }

  /** The hash function's 32-bit seed for {@code holdout.seed}. */
  public static int hashSeed(long seed) {
    return (int) (seed ^ (seed >>> 32));
  }

  /**
   * Whether the sample is held out.
   *
   * @param key the record's key, or null if it has none
   * @param fieldHash {@code Rows.holdoutHash}; used only with {@code by: field}
   * @param partition original partition of the record
   * @param offset original offset of the record
   */
  public boolean includes(byte @Nullable [] key, long fieldHash, int partition, long offset) {
    if (config.share() == 0) {
      return false;
    }
    long hash =
        switch (config.by()) {
          case KEY ->
              key == null ? ofPlace(partition, offset) : Hashes.hash64(key, key.length, seed);
          case FIELD -> fieldHash;
          case OFFSET -> ofPlace(partition, offset);
        };
    return (hash >>> 11) * 0x1.0p-53 < config.share();
  }

  /** The hash of 12 bytes: partition and offset, big endian. */
  private long ofPlace(int partition, long offset) {
    return Hashes.hash64(partition, offset, seed);
  }
}
