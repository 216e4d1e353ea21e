package io.millrace.schemas.features.rows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Encodes one row as bytes of a fixed length, for a store. Each row carries a tag of its layout, so
 * that rows written with other features are recognized. Thread-safe.
 */
public final class RowCodec {
  /*
   * Version 1, little endian: layout int32 | offset int64 | event time int64 | label float32 | weight float32 | each input's
   * row. The layout is the low half of the hash of describe(inputs): a later version of this format changes that text, so that
   * its rows have other tags.
   */
  static final int HEADER_BYTES = 4 + 8 + 8 + 4 + 4;

  private final List<InputSpec> inputs;
  private final int layout;
  private final int rowBytes;

  public RowCodec(List<InputSpec> inputs) {
    this.inputs = List.copyOf(inputs);
    byte[] described = describe(inputs).getBytes(StandardCharsets.UTF_8);
    this.layout = (int) Hashes.hash64(described, described.length, 1);
    this.rowBytes = HEADER_BYTES + inputs.stream().mapToInt(InputSpec::rowBytes).sum();
  }

  /* Stored as a hash, so the text is fixed: it must not change when a class or component is renamed. */
  private static String describe(List<InputSpec> inputs) {
    return inputs.stream()
        .map(
            input ->
                "InputSpec[name=%s, integer=%b, width=%d, categories=[%s]]"
                    .formatted(
                        input.name(),
                        input.integer(),
                        input.width(),
                        input.categories().stream()
                            .map(count -> Integer.toString(count))
                            .collect(Collectors.joining(", "))))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  public List<InputSpec> inputs() {
    return inputs;
  }

  /** The length of every encoded row. */
  public int rowBytes() {
    return rowBytes;
  }

  /** Encodes one row as a new array. */
  public byte[] encode(Rows rows, int row, long offset) {
    byte[] bytes = new byte[rowBytes];
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(layout).putLong(offset).putLong(rows.eventTimeMs(row));
    out.putFloat(rows.label(row)).putFloat(rows.weight(row));
    int at = HEADER_BYTES;
    for (int i = 0; i < inputs.size(); i++) {
      int length = inputs.get(i).rowBytes();
      rows.bytes(i).get(row * length, bytes, at, length);
      at += length;
    }
    return bytes;
  }

  /** Whether the bytes are a row of this layout. */
  public boolean fits(byte[] bytes) {
    return bytes.length == rowBytes
        && ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt() == layout;
  }

  /** The offset of a row that {@link #fits}. */
  public static long offset(byte[] bytes) {
    return at(bytes).getLong(4);
  }

  /** The event time of a row that {@link #fits}, epoch ms. */
  public static long eventTimeMs(byte[] bytes) {
    return at(bytes).getLong(12);
  }

  static float label(byte[] bytes) {
    return at(bytes).getFloat(20);
  }

  static float weight(byte[] bytes) {
    return at(bytes).getFloat(24);
  }

  private static ByteBuffer at(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
