package io.millrace.schemas.features;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.schemas.features.rows.Hashes;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.features.rows.RowCodec;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.proto.DeadLetter.Reason;
import io.millrace.schemas.proto.Field;
import io.millrace.schemas.proto.Numbers;
import io.millrace.schemas.proto.Sample;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleDecoderTest {
  private static final String CUSTOMER =
      """
      {"id": 7, "at": "2026-03-02T06:00", "person": {"age": 50, "name": "Ann"}, "spent": 0, "taste": [1, 2.5, -3],
       "city": "Graz", "churned": true, "weight": 0.5, "unknown": {"deep": [[1], {"a": null}]}}
      """;

  private final SampleDecoder decoder = SamplePipelines.decoder(SamplePipelines.CUSTOMERS);
  private final Rows rows = decoder.rows(2);

  @Test
  void aRecordBecomesARowOfEachInput() {
    // when
    Rejection rejection = decoder.decode(CUSTOMER.getBytes(UTF_8), 0, rows, 1);

    // then
    assertThat(rejection).isNull();
    assertThat(decoder.inputs().stream().map(InputSpec::toString))
        .containsExactly(
            "InputSpec[name=features, integer=false, width=10, categories=[]]",
            "InputSpec[name=city, integer=true, width=1, categories=[100]]",
            "InputSpec[name=plan, integer=true, width=1, categories=[3]]");
    float[] features = new float[10];
    rows.floats(0).get(10, features);
    // Six o'clock is a quarter of the day; Monday has angle 0.
    assertThat(features)
        .containsExactly(new float[] {1, 0, 0, 1, 2.5f, -3, 1, 0, 0, 1}, within(1e-6f));
    assertThat(rows.integers(1).get(1)).isEqualTo(Hashes.bucket("Graz".getBytes(UTF_8), 4, 100));
    assertThat(rows.integers(2).get(1)).isZero();
    assertThat(rows.label(1)).isEqualTo(1);
    assertThat(rows.weight(1)).isEqualTo(0.5f);
    // Vienna is an hour ahead in March.
    assertThat(rows.eventTimeMs(1)).isEqualTo(Instant.parse("2026-03-02T05:00:00Z").toEpochMilli());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Graz\", | Graz, | UNDECODABLE | not JSON: ",
        "\"taste\": [1, 2.5, -3] | \"taste\": [1, 2] | WRONG_SIZE | field 'taste' has 2 numbers, expected 3",
        "\"taste\": [1, 2.5, -3] | \"taste\": [1, 1e39, 2] | NOT_FINITE | field 'taste'[1] is Infinity",
        "\"taste\": [1, 2.5, -3] | \"taste\": [1, \"2\", 3] | WRONG_TYPE | field 'taste' is an object, or an",
        "\"age\": 50 | \"age\": \"50\" | WRONG_TYPE | field 'person.age' is '50', expected a number",
        "\"age\": 50 | \"age\": NaN | NOT_FINITE | field 'person.age' is NaN, expected a finite 32-bit number",
        "\"age\": 50 | \"age\": null | MISSING_FIELD | field 'person.age' is missing and has no default",
        "\"person\" | \"Person\" | MISSING_FIELD | field 'person.age' is missing and has no default",
        "\"spent\": 0 | \"spent\": -1 | NOT_FINITE | field 'spent' is -1.0, expected >= 0 because of log1p",
        "\"city\": \"Graz\" | \"city\": [] | WRONG_TYPE | field 'city' is an array of 0 numbers, expected a text",
        "true | \"perhaps\" | BAD_LABEL | field 'churned' is 'perhaps', expected one of the classes",
        "\"churned\" | \"churn\" | MISSING_FIELD | the label, field 'churned', is missing",
        "0.5 | -0.5 | BAD_WEIGHT | field 'weight' is -0.5, expected a finite weight >= 0",
        "06:00 | 26:00 | BAD_TIME | field 'at' is '2026-03-02T26:00', expected a time like",
        "\"at\": | \"ad\": | MISSING_FIELD | field 'at' is missing",
        "\"unknown\" | ], \"unknown\" | UNDECODABLE | not JSON: ",
      })
  void whatIsNoSampleIsRejectedWithFieldFoundAndExpected(
      String part, String replacement, Reason reason, String detail) {
    // given
    assertThat(CUSTOMER).contains(part);
    byte[] record = CUSTOMER.replace(part, replacement).getBytes(UTF_8);

    // when
    Rejection rejection = decoder.decode(record, 0, rows, 0);

    // then
    assertThat(rejection).isNotNull();
    assertThat(rejection.reason()).isEqualTo(reason);
    assertThat(rejection.detail()).startsWith(detail);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | UNDECODABLE | the record is empty, expected a JSON object",
        "[1] | UNDECODABLE | the record is a JSON START_ARRAY, expected a JSON object",
        "{} {} | UNDECODABLE | there is more text after the JSON object",
        "{ | UNDECODABLE | not JSON: Unexpected end-of-input",
      })
  void bytesThatAreNoObjectAreUndecodable(String record, Reason reason, String detail) {
    // when
    Rejection rejection = decoder.decode(record.getBytes(UTF_8), 0, rows, 0);

    // then
    assertThat(rejection).isNotNull();
    assertThat(rejection.reason()).isEqualTo(reason);
    assertThat(rejection.detail()).startsWith(detail);
  }

  @Test
  void aTombstoneAndARecordThatIsTooLargeAreRejectedUnread() {
    // when
    Rejection tombstone = decoder.decode(null, 0, rows, 0);
    Rejection large = decoder.decode(new byte[4097], 0, rows, 0);

    // then
    assertThat(tombstone).isEqualTo(new Rejection(Reason.UNDECODABLE, "the record has no value"));
    assertThat(large)
        .isEqualTo(
            new Rejection(
                Reason.TOO_LARGE, "the record has 4097 bytes, samples.max_bytes is 4096"));
  }

  @Test
  void ofTwoFieldsOfOneNameTheLastOneHolds() {
    // when
    decoder.decode(
        CUSTOMER.replace("true", "true, \"churned\": false").getBytes(UTF_8), 0, rows, 0);

    // then
    assertThat(rows.label(0)).isZero();
  }

  @Test
  void aFieldLeftOutDoesNotKeepTheValueOfTheRecordBefore() {
    // given
    decoder.decode(CUSTOMER.getBytes(UTF_8), 0, rows, 0);

    // when
    Rejection rejection =
        decoder.decode(CUSTOMER.replace("\"age\": 50,", "").getBytes(UTF_8), 0, rows, 1);

    // then
    assertThat(rejection).extracting("reason").isEqualTo(Reason.MISSING_FIELD);
  }

  @Test
  void protobufGivesTheSameRowAsJson() {
    // given
    SampleDecoder fromProto =
        SamplePipelines.decoder(SamplePipelines.CUSTOMERS, "samples.format=protobuf");
    Rows protoRows = fromProto.rows(1);
    Sample sample =
        Sample.newBuilder()
            .addFields(Field.newBuilder().setName("id").setInteger(7))
            .addFields(Field.newBuilder().setName("at").setText("2026-03-02T06:00"))
            .addFields(Field.newBuilder().setName("person.age").setNumber(50))
            .addFields(Field.newBuilder().setName("spent").setInteger(0))
            .addFields(
                Field.newBuilder()
                    .setName("taste")
                    .setNumbers(Numbers.newBuilder().addAllValues(List.of(1f, 2.5f, -3f))))
            .addFields(Field.newBuilder().setName("city").setText("Graz"))
            .addFields(Field.newBuilder().setName("churned").setFlag(true))
            .addFields(Field.newBuilder().setName("weight").setNumber(0.5))
            .addFields(Field.newBuilder().setName("unknown").setText("ignored"))
            .build();

    // when
    Rejection ofProto = fromProto.decode(sample.toByteArray(), 0, protoRows, 0);
    decoder.decode(CUSTOMER.getBytes(UTF_8), 0, rows, 0);

    // then
    assertThat(ofProto).isNull();
    var codec = new RowCodec(decoder.inputs());
    assertThat(codec.encode(protoRows, 0, 3)).isEqualTo(codec.encode(rows, 0, 3));
    assertThat(protoRows.idHash(0)).isEqualTo(rows.idHash(0)).isNotZero();
  }

  @Test
  void aProtobufValueBeforeItsNameIsStillRead() throws Exception {
    // given
    SampleDecoder fromProto =
        SamplePipelines.decoder(SamplePipelines.FIFTY_FLOATS, "samples.format=protobuf");
    var numbers = Numbers.newBuilder();
    for (int i = 0; i < 50; i++) {
      numbers.addValues(i);
    }
    byte[] value = Field.newBuilder().setNumbers(numbers).build().toByteArray();
    byte[] name = Field.newBuilder().setName("x").build().toByteArray();
    var swapped =
        com.google.protobuf.ByteString.copyFrom(value)
            .concat(com.google.protobuf.ByteString.copyFrom(name));
    var out = new java.io.ByteArrayOutputStream();
    var coded = com.google.protobuf.CodedOutputStream.newInstance(out);
    coded.writeMessage(1, Field.newBuilder().setName("y").setNumber(2).build());
    coded.writeBytes(1, swapped);
    coded.flush();
    Rows one = fromProto.rows(1);

    // when
    Rejection rejection = fromProto.decode(out.toByteArray(), 5, one, 0);

    // then
    assertThat(rejection).isNull();
    assertThat(one.floats(0).get(49)).isEqualTo(49);
    assertThat(one.eventTimeMs(0)).isEqualTo(5);
  }
}
