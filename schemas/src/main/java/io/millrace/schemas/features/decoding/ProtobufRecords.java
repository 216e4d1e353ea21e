package io.millrace.schemas.features.decoding;

import static io.millrace.schemas.features.decoding.SampleTags.FIELDS;
import static io.millrace.schemas.features.decoding.SampleTags.FLAG;
import static io.millrace.schemas.features.decoding.SampleTags.INTEGER;
import static io.millrace.schemas.features.decoding.SampleTags.NAME;
import static io.millrace.schemas.features.decoding.SampleTags.NUMBER;
import static io.millrace.schemas.features.decoding.SampleTags.NUMBERS;
import static io.millrace.schemas.features.decoding.SampleTags.PACKED;
import static io.millrace.schemas.features.decoding.SampleTags.TEXT;
import static io.millrace.schemas.features.decoding.SampleTags.UNPACKED;

import com.google.protobuf.CodedInputStream;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.proto.DeadLetter.Reason;
import io.millrace.schemas.proto.Field;
import io.millrace.schemas.proto.Sample;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Parses {@link Sample} directly from its encoding, without creating the message. */
public final class ProtobufRecords implements RecordParser {

  private final FieldValue ignored = new FieldValue("");
  private final FieldNames names;
  private final PlainSamples plain;

  /**
   * @param fields all fields to read
   */
  public ProtobufRecords(Fields fields) {
    this.names = new FieldNames(fields);
    this.plain = new PlainSamples(names);
  }

  @Override
  public @Nullable Rejection parse(byte[] bytes, int offset, int length, Fields fields) {
    if (length == 0) {
      return new Rejection(Reason.UNDECODABLE, "the record is empty, expected a Sample");
    }
    if (plain.tryRead(bytes, offset, length)) {
      return null;
    }
    fields.clear();
    return parseAny(bytes, offset, length);
  }

  /** Parses any valid encoding, more slowly. */
  @Nullable Rejection parseAny(byte[] bytes, int offset, int length) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(bytes, offset, length);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == FIELDS) {
          int limit = in.pushLimit(in.readRawVarint32());
          readField(in, bytes, offset);
          in.checkLastTagWas(0);
          in.popLimit(limit);
        } else if (!in.skipField(tag)) {
          return new Rejection(Reason.UNDECODABLE, "not a Sample: ends within a group");
        }
      }
      return null;
    } catch (IOException e) {
      return new Rejection(Reason.UNDECODABLE, "not a Sample: " + e.getMessage());
    }
  }

  /** The name usually precedes the value. If it does not, the field is read a second time. */
  private void readField(CodedInputStream in, byte[] bytes, int base) throws IOException {
    int start = in.getTotalBytesRead();
    FieldValue named = null;
    boolean valueBeforeName = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == NAME) {
        int length = in.readRawVarint32();
        int offset = base + in.getTotalBytesRead();
        in.skipRawBytes(length);
        named = names.find(bytes, offset, length);
      } else {
        valueBeforeName |= named == null && tag >> 3 > Field.NAME_FIELD_NUMBER;
        readValue(in, bytes, base, tag, named == null ? ignored : named);
      }
    }
    if (valueBeforeName && named != null) {
      rereadField(bytes, base + start, base + in.getTotalBytesRead(), named);
    }
  }

  private static void rereadField(byte[] bytes, int start, int end, FieldValue value)
      throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(bytes, start, end - start);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      readValue(in, bytes, start, tag, value);
    }
  }

  private static void readValue(
      CodedInputStream in, byte[] bytes, int base, int tag, FieldValue value) throws IOException {
    if (tag == NUMBER) {
      value.setNumber(in.readDouble());
    } else if (tag == INTEGER) {
      value.setInteger(in.readInt64());
    } else if (tag == TEXT) {
      int length = in.readRawVarint32();
      int offset = base + in.getTotalBytesRead();
      in.skipRawBytes(length);
      value.setText(bytes, offset, length);
    } else if (tag == FLAG) {
      value.setFlag(in.readBool());
    } else if (tag == NUMBERS) {
      int limit = in.pushLimit(in.readRawVarint32());
      readNumbers(in, bytes, base, value);
      in.popLimit(limit);
    } else {
      in.skipField(tag);
    }
  }

  private static void readNumbers(CodedInputStream in, byte[] bytes, int base, FieldValue value)
      throws IOException {
    PackedFloats numbers = value.setNumbers();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == PACKED) {
        int length = in.readRawVarint32();
        int offset = base + in.getTotalBytesRead();
        in.skipRawBytes(length);
        if (length % Float.BYTES != 0) {
          throw new IOException("packed floats take " + length + " bytes, no multiple of 4");
        }
        numbers.addAll(bytes, offset, length / Float.BYTES);
      } else if (tag == UNPACKED) {
        numbers.add(in.readFloat());
      } else {
        in.skipField(tag);
      }
    }
  }
}
