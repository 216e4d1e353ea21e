package io.millrace.schemas.features.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.proto.Field;
import io.millrace.schemas.proto.Numbers;
import io.millrace.schemas.proto.Sample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The fast parser of samples and the general one give the same result. */
class ProtobufRecordsTest {
  private static final List<String> PATHS =
      List.of("at", "id", "person.age", "taste", "long", "gone");
  private static final byte[] PLAIN =
      Sample.newBuilder()
          .addFields(Field.newBuilder().setName("at").setText("2026-03-02T06:00"))
          .addFields(Field.newBuilder().setName("id").setInteger(-1))
          .addFields(Field.newBuilder().setName("person.age").setNumber(-50.25))
          .addFields(Field.newBuilder().setName("nobody asks").setInteger(300))
          .addFields(
              Field.newBuilder()
                  .setName("taste")
                  .setNumbers(Numbers.newBuilder().addAllValues(List.of(1f, 2.5f, -3f))))
          .addFields(Field.newBuilder().setName("long").setText("x".repeat(300)))
          .addFields(Field.newBuilder().setName("gone").setFlag(true))
          .build()
          .toByteArray();

  @Test
  void whatProtobufsOwnWriterWritesIsReadTheFastWay() {
    // given
    Fields fields = fields();
    var reader = new PlainSamples(new FieldNames(fields));

    // when
    boolean plain = reader.tryRead(PLAIN, 0, PLAIN.length);

    // then
    assertThat(plain).isTrue();
    assertThat(values(fields)).isEqualTo(inFull(PLAIN));
    assertThat(values(fields))
        .containsExactly(
            "'2026-03-02T06:00'",
            "-1",
            "-50.25",
            "[1.0, 2.5, -3.0]",
            "'" + "x".repeat(40) + "…'",
            "true");
  }

  @Test
  void whatIsUnusualButAllowedIsReadAllTheSame() throws IOException {
    // given
    byte[] valueBeforeName = field(out -> out.writeDouble(2, 7), out -> out.writeString(1, "id"));
    byte[] twoValues =
        field(
            out -> out.writeString(1, "id"),
            out -> out.writeInt64(3, 1),
            out -> out.writeInt64(3, 2));
    byte[] noValue = field(out -> out.writeString(1, "id"));
    byte[] unknown = field(out -> out.writeString(1, "id"), out -> out.writeFixed32(99, 1));

    for (byte[] record : List.of(valueBeforeName, twoValues, noValue, unknown)) {
      // when
      Fields fields = fields();
      Rejection rejection = new ProtobufRecords(fields).parse(record, 0, record.length, fields);

      // then
      assertThat(rejection).isNull();
      assertThat(values(fields)).isEqualTo(inFull(record));
    }
    assertThat(inFull(valueBeforeName).get(1)).isEqualTo("7.0");
    assertThat(inFull(twoValues).get(1)).isEqualTo("2");
  }

  @Test
  void damagedBytesAreReadOrRejectedAlike() {
    // given
    var random = new Random(1);
    int read = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = PLAIN.clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      byte[] record = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
      int offset = random.nextInt(8);
      byte[] among = new byte[offset + record.length + random.nextInt(8)];
      random.nextBytes(among);
      System.arraycopy(record, 0, among, offset, record.length);
      Fields fields = fields();

      // when
      Rejection rejection = new ProtobufRecords(fields).parse(among, offset, record.length, fields);

      // then
      List<String> expected = inFull(record);
      assertThat(rejection == null ? values(fields) : List.of(rejection.toString()))
          .isEqualTo(expected);
      read += rejection == null ? 1 : 0;
    }
    assertThat(read).isPositive();
  }

  private static Fields fields() {
    var fields = new Fields();
    PATHS.forEach(fields::at);
    return fields;
  }

  private static List<String> inFull(byte[] record) {
    Fields fields = fields();
    Rejection rejection = new ProtobufRecords(fields).parseAny(record, 0, record.length);
    return rejection == null ? values(fields) : List.of(rejection.toString());
  }

  private static List<String> values(Fields fields) {
    List<String> values = new ArrayList<>();
    for (FieldValue value : fields.all()) {
      values.add(value.kind() == FieldValue.Kind.NUMBERS ? values(value.numbers()) : value.found());
    }
    return values;
  }

  private static String values(PackedFloats numbers) {
    return IntStream.range(0, numbers.size()).mapToObj(numbers::get).toList().toString();
  }

  private interface Part {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] field(Part... parts) throws IOException {
    ByteBuffer field = ByteBuffer.allocate(100);
    CodedOutputStream out = CodedOutputStream.newInstance(field);
    for (Part part : parts) {
      part.write(out);
    }
    out.flush();
    ByteBuffer record = ByteBuffer.allocate(100);
    CodedOutputStream sample = CodedOutputStream.newInstance(record);
    sample.writeByteArray(1, Arrays.copyOf(field.array(), field.position()));
    sample.flush();
    return Arrays.copyOf(record.array(), record.position());
  }
}
