package io.millrace.schemas.features.decoding;

import com.google.protobuf.WireFormat;
import io.millrace.schemas.proto.Field;
import io.millrace.schemas.proto.Numbers;
import io.millrace.schemas.proto.Sample;

/** The bytes before each value of an encoded {@link Sample}. */
final class SampleTags {
  static final int FIELDS = tag(Sample.FIELDS_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  static final int NAME = tag(Field.NAME_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  static final int NUMBER = tag(Field.NUMBER_FIELD_NUMBER, WireFormat.WIRETYPE_FIXED64);
  static final int INTEGER = tag(Field.INTEGER_FIELD_NUMBER, WireFormat.WIRETYPE_VARINT);
  static final int TEXT = tag(Field.TEXT_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  static final int FLAG = tag(Field.FLAG_FIELD_NUMBER, WireFormat.WIRETYPE_VARINT);
  static final int NUMBERS = tag(Field.NUMBERS_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  static final int PACKED = tag(Numbers.VALUES_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  static final int UNPACKED = tag(Numbers.VALUES_FIELD_NUMBER, WireFormat.WIRETYPE_FIXED32);

  private SampleTags() {}

  private static int tag(int number, int wireType) {
    return number << 3 | wireType;
  }
}
