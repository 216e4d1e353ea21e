package io.millrace.schemas.features.decoding;

import static io.millrace.schemas.features.decoding.SampleTags.FIELDS;
import static io.millrace.schemas.features.decoding.SampleTags.FLAG;
import static io.millrace.schemas.features.decoding.SampleTags.INTEGER;
import static io.millrace.schemas.features.decoding.SampleTags.NAME;
import static io.millrace.schemas.features.decoding.SampleTags.NUMBER;
import static io.millrace.schemas.features.decoding.SampleTags.NUMBERS;
import static io.millrace.schemas.features.decoding.SampleTags.PACKED;
import static io.millrace.schemas.features.decoding.SampleTags.TEXT;

import io.millrace.schemas.proto.Sample;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads {@link Sample} as protobuf's own writers encode it: each field its name, then one value,
 * without unknown fields in between. That takes half as long as the general case, which is left to
 * {@link ProtobufRecords}. Confined to one thread.
 */
final class PlainSamples {

  private static final int NOTHING = -1;
  private static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

  private final FieldNames names;
  private final FieldValue ignored = new FieldValue("");
  private byte[] bytes = {};
  private int at;
  private int end;

  PlainSamples(FieldNames names) {
    this.names = names;
  }

  /**
   * Reads the sample if it is encoded that way. If not, returns false; some fields may have values
   * nevertheless.
   *
   * @param length > 0
   */
  boolean tryRead(byte[] record, int offset, int length) {
    bytes = record;
    at = offset;
    end = offset + length;
    while (at < end) {
      int size = sizeAfter(FIELDS, end);
      if (size == NOTHING || !tryReadField(at + size)) {
        return false;
      }
    }
    return true;
  }

  private boolean tryReadField(int fieldEnd) {
    int size = sizeAfter(NAME, fieldEnd);
    if (size == NOTHING) {
      return false;
    }
    FieldValue named = names.find(bytes, at, size);
    at += size;
    return at < fieldEnd && tryReadValue(fieldEnd, named == null ? ignored : named);
  }

  private boolean tryReadValue(int fieldEnd, FieldValue value) {
    int tag = bytes[at];
    if (tag == NUMBER && fieldEnd - at == 1 + Double.BYTES) {
      value.setNumber((double) DOUBLE.get(bytes, at + 1));
    } else if (tag == TEXT && sizeAfter(TEXT, fieldEnd) == fieldEnd - at) {
      value.setText(bytes, at, fieldEnd - at);
    } else if (tag == INTEGER) {
      return tryReadInteger(fieldEnd, value);
    } else if (tag == FLAG && fieldEnd - at == 2 && (bytes[at + 1] & ~1) == 0) {
      value.setFlag(bytes[at + 1] == 1);
    } else if (tag == NUMBERS) {
      return sizeAfter(NUMBERS, fieldEnd) == fieldEnd - at && tryReadNumbers(fieldEnd, value);
    } else {
      return false;
    }
    at = fieldEnd;
    return true;
  }

  private boolean tryReadInteger(int fieldEnd, FieldValue value) {
    long integer = 0;
    int shift = 0;
    for (int i = at + 1; i < fieldEnd && shift < Long.SIZE; i++) {
      integer |= (bytes[i] & 0x7fL) << shift;
      shift += 7;
      if (bytes[i] >= 0) {
        value.setInteger(integer);
        at = i + 1;
        return at == fieldEnd;
      }
    }
    return false;
  }

  private boolean tryReadNumbers(int fieldEnd, FieldValue value) {
    int size = at == fieldEnd ? 0 : sizeAfter(PACKED, fieldEnd);
    if (size != fieldEnd - at || size % Float.BYTES != 0) {
      return false;
    }
    value.setNumbers().view(bytes, at, size / Float.BYTES);
    at = fieldEnd;
    return true;
  }

  /**
   * Skips the tag and the size after it.
   *
   * @return the number of bytes that follow, all below the limit; {@link #NOTHING} if the tag is
   *     another one, the bytes reach the limit, or they are more than a plain sample has
   */
  private int sizeAfter(int tag, int limit) {
    if (limit - at < 2 || bytes[at] != tag) {
      return NOTHING;
    }
    int size = bytes[at + 1];
    at += 2;
    if (size < 0) {
      if (at == limit || bytes[at] < 0) {
        return NOTHING;
      }
      size = (size & 0x7f) | bytes[at++] << 7;
    }
    return size <= limit - at ? size : NOTHING;
  }
}
