package io.millrace.schemas.features.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The value of one field of the current record, in any format. Reused from record to record. */
public final class FieldValue {
  /** The type of a field's value. */
  public enum Kind {
    ABSENT("nothing"),
    NUMBER("a number"),
    INTEGER("an integer"),
    TEXT("a text"),
    FLAG("a boolean"),
    NUMBERS("an array of numbers"),
    OTHER("an object, or an array of other things than numbers");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  private static final int SHOWN = 40;

  private final String path;
  private Kind kind = Kind.ABSENT;
  private double number;
  private long integer;
  private byte[] text = new byte[64];
  private final PackedFloats numbers = new PackedFloats();
  private int length;

  FieldValue(String path) {
    this.path = path;
  }

  public String path() {
    return path;
  }

  public Kind kind() {
    return kind;
  }

  void clear() {
    kind = Kind.ABSENT;
  }

  void setNumber(double value) {
    kind = Kind.NUMBER;
    number = value;
  }

  void setInteger(long value) {
    kind = Kind.INTEGER;
    integer = value;
  }

  void setFlag(boolean value) {
    kind = Kind.FLAG;
    integer = value ? 1 : 0;
  }

  void setOther() {
    kind = Kind.OTHER;
  }

  /** UTF-8. */
  void setText(byte[] bytes, int offset, int count) {
    kind = Kind.TEXT;
    reserveText(count);
    System.arraycopy(bytes, offset, text, 0, count);
    length = count;
  }

  /** Encodes as UTF-8; a lone surrogate becomes '?', as usual in Java. */
  void setText(char[] chars, int offset, int count) {
    kind = Kind.TEXT;
    reserveText(count);
    for (int i = 0; i < count; i++) {
      char c = chars[offset + i];
      if (c >= 0x80) {
        byte[] encoded = new String(chars, offset, count).getBytes(UTF_8);
        setText(encoded, 0, encoded.length);
        return;
      }
      text[i] = (byte) c;
    }
    length = count;
  }

  /** The numbers, for the caller to fill. */
  PackedFloats setNumbers() {
    kind = Kind.NUMBERS;
    numbers.clear();
    return numbers;
  }

  private void reserveText(int size) {
    if (text.length < size) {
      text = new byte[Math.max(size, text.length * 2)];
    }
  }

  public boolean isNumeric() {
    return kind == Kind.NUMBER || kind == Kind.INTEGER;
  }

  /** The value of a number or an integer. */
  public double asNumber() {
    return kind == Kind.INTEGER ? integer : number;
  }

  public long integer() {
    return integer;
  }

  public PackedFloats numbers() {
    return numbers;
  }

  /** The text, in the first {@link #length()} bytes. */
  public byte[] text() {
    return text;
  }

  /** The length of the text in bytes. */
  public int length() {
    return length;
  }

  /** Converts an integer or boolean to its text, as in JSON. */
  public boolean tryAsText() {
    if (kind == Kind.INTEGER) {
      byte[] digits = Long.toString(integer).getBytes(UTF_8);
      setText(digits, 0, digits.length);
    } else if (kind == Kind.FLAG) {
      byte[] word = (integer == 1 ? "true" : "false").getBytes(UTF_8);
      setText(word, 0, word.length);
    }
    return kind == Kind.TEXT;
  }

  /** The value for messages, shortened. */
  public String found() {
    return switch (kind) {
      case NUMBER -> Double.toString(number);
      case INTEGER -> Long.toString(integer);
      case FLAG -> Boolean.toString(integer == 1);
      case TEXT ->
          "'" + new String(text, 0, Math.min(length, SHOWN), UTF_8) + (length > SHOWN ? "…'" : "'");
      case NUMBERS -> "an array of " + numbers.size() + " numbers";
      default -> kind.toString();
    };
  }
}
