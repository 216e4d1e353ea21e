package io.millrace.schemas.features.rows;

import org.apache.commons.codec.digest.MurmurHash3;

/**
 * The hashes that determine the holdout and categories. They are part of the contract: the same
 * bytes give the same hash in every service, on every machine, in every release.
 */
public final class Hashes {
  private static final long C1 = 0x87c37b91114253d5L;
  private static final long C2 = 0x4cf5ad432745937fL;

  private Hashes() {}

  /** MurmurHash3 (x64, 128 bit), its first half. */
  public static long hash64(byte[] bytes, int length, int seed) {
    return MurmurHash3.hash128x64(bytes, 0, length, seed)[0];
  }

  /**
   * {@link #hash64(byte[], int, int)} of twelve bytes, an int and a long in big-endian order,
   * without an array.
   */
  public static long hash64(int first, long second, int seed) {
    long k1 = Long.reverseBytes((long) first << 32 | second >>> 32);
    long k2 = Integer.toUnsignedLong(Integer.reverseBytes((int) second));
    long start = Integer.toUnsignedLong(seed);
    long h1 = start ^ Long.rotateLeft(k1 * C1, 31) * C2 ^ 12;
    long h2 = start ^ Long.rotateLeft(k2 * C2, 33) * C1 ^ 12;
    h1 += h2;
    h2 += h1;
    return mix(h1) + mix(h2);
  }

  private static long mix(long hash) {
    long mixed = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ mixed >>> 33;
  }

  /**
   * MurmurHash3 (x86, 32 bit) of UTF-8 text, seed 0, as an unsigned number modulo {@code buckets}.
   */
  public static int bucket(byte[] text, int length, int buckets) {
    return Integer.remainderUnsigned(MurmurHash3.hash32x86(text, 0, length, 0), buckets);
  }
}
