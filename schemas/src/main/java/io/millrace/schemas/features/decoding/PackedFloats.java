package io.millrace.schemas.features.decoding;

import io.millrace.schemas.features.rows.Rows;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An array of numbers as packed by protobuf, float32 little-endian: read in place from a record, or
 * assembled number by number. Reused from record to record; confined to one thread.
 */
public final class PackedFloats {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  /* For two numbers at once: if a number is not finite, all bits of its exponent are set, and adding one carries over. */
  private static final long EXPONENTS = 0x7f80_0000_7f80_0000L;
  private static final long LOWEST_BITS = 0x0080_0000_0080_0000L;
  private static final long CARRIES = 0x8000_0000_8000_0000L;

  private byte[] own = new byte[16 * Float.BYTES];
  private byte[] bytes = own;
  private int start;
  private int size;

  /** Makes it empty. */
  void clear() {
    bytes = own;
    start = 0;
    size = 0;
  }

  /** Takes the numbers of the record, which must not change while they are read. */
  void view(byte[] record, int offset, int count) {
    bytes = record;
    start = offset;
    size = count;
  }

  /** Appends a number. */
  void add(float number) {
    reserve(size + 1);
    FLOAT.set(own, size++ * Float.BYTES, number);
  }

  /** Appends the numbers of a record. */
  void addAll(byte[] record, int offset, int count) {
    reserve(size + count);
    System.arraycopy(record, offset, own, size * Float.BYTES, count * Float.BYTES);
    size += count;
  }

  private void reserve(int count) {
    int length = Math.multiplyExact(count, Float.BYTES);
    if (own.length < length) {
      own = Arrays.copyOf(own, Math.max(length, own.length * 2));
    }
    bytes = own;
  }

  public int size() {
    return size;
  }

  public float get(int i) {
    return (float) FLOAT.get(bytes, start + i * Float.BYTES);
  }

  public boolean areFinite() {
    long exponents = 0;
    int end = start + size * Float.BYTES;
    int at = start;
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      exponents |= ((long) LONG.get(bytes, at) & EXPONENTS) + LOWEST_BITS;
    }
    return (exponents & CARRIES) == 0 && (at == end || Float.isFinite(get(size - 1)));
  }

  /** Copies all numbers into a row. */
  public void copyTo(Rows rows, int input, int column) {
    if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
      rows.bytes(input).put(column * Float.BYTES, bytes, start, size * Float.BYTES);
      return;
    }
    for (int i = 0; i < size; i++) {
      rows.floats(input).put(column + i, get(i));
    }
  }
}
