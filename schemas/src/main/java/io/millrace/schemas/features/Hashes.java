package io.millrace.schemas.features;

import org.apache.commons.codec.digest.MurmurHash3;

/**
 * The hashes that place samples and categories. They are part of the contract: the same bytes give
 * the same hash in every service, on every machine, in every release.
 */
public final class Hashes {
  private Hashes() {}

  /** MurmurHash3 (x64, 128 bit), its first half. */
  public static long hash64(byte[] bytes, int length, int seed) {
    return MurmurHash3.hash128x64(bytes, 0, length, seed)[0];
  }

  /**
   * MurmurHash3 (x86, 32 bit) of UTF-8 text, seed 0, taken as an unsigned number modulo {@code
   * buckets}.
   */
  public static int bucket(byte[] text, int length, int buckets) {
    return Integer.remainderUnsigned(MurmurHash3.hash32x86(text, 0, length, 0), buckets);
  }
}
