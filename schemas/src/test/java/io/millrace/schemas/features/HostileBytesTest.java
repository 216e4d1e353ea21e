package io.millrace.schemas.features;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.features.rows.BatchAssembly;
import io.millrace.schemas.features.rows.RowCodec;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.features.rows.TrainBatchReader;
import io.millrace.schemas.proto.Field;
import io.millrace.schemas.proto.Numbers;
import io.millrace.schemas.proto.Sample;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * No bytes make decoding throw. 130,000 inputs from fixed seeds, random ones and mutations of good
 * ones.
 */
class HostileBytesTest {
  private static final int RANDOM = 20_000;
  private static final int MUTATED = 40_000;

  private static final byte[] JSON =
      """
      {"id": 7, "at": "2026-03-02T06:00", "person": {"age": 5e1}, "spent": 0, "taste": [1, 2.5, -3],
       "city": "Gräz", "churned": true, "weight": 0.5, "unknown": {"deep": [[1], {"a": null}]}}
      """
          .getBytes(UTF_8);

  private static final byte[] PROTOBUF =
      Sample.newBuilder()
          .addFields(Field.newBuilder().setName("at").setText("2026-03-02T06:00"))
          .addFields(Field.newBuilder().setName("id").setInteger(-1))
          .addFields(Field.newBuilder().setName("person.age").setNumber(50))
          .addFields(
              Field.newBuilder()
                  .setName("taste")
                  .setNumbers(Numbers.newBuilder().addAllValues(List.of(1f, 2.5f, -3f))))
          .addFields(Field.newBuilder().setName("city").setText("Graz"))
          .addFields(Field.newBuilder().setName("churned").setFlag(true))
          .addFields(Field.newBuilder().setName("weight").setNumber(0.5))
          .build()
          .toByteArray();

  @Test
  void jsonIsDecodedOrRejected() {
    assertThat(decodeAll(SamplePipelines.decoder(SamplePipelines.CUSTOMERS), JSON)).isPositive();
  }

  @Test
  void protobufIsDecodedOrRejected() {
    assertThat(
            decodeAll(
                SamplePipelines.decoder(SamplePipelines.CUSTOMERS, "samples.format=protobuf"),
                PROTOBUF))
        .isPositive();
  }

  @Test
  void aTrainBatchIsReadOrRejected() {
    // given
    SampleDecoder decoder = SamplePipelines.decoder(SamplePipelines.CUSTOMERS);
    Rows rows = decoder.rows(1);
    decoder.decode(JSON, 0, rows, 0);
    var codec = new RowCodec(decoder.inputs());
    byte[] good =
        new BatchAssembly(codec, false)
            .assemble(List.of(codec.encode(rows, 0, 3), codec.encode(rows, 0, 9)))
            .build()
            .toByteArray();
    var reader = new TrainBatchReader(decoder.inputs());
    var random = new Random(3);

    // when
    int read = 0;
    for (int i = 0; i < 10_000; i++) {
      if (reader.read(mutate(good, random)) instanceof TrainBatchReader.Read.Batch batch) {
        read += batch.view().size();
      }
    }

    // then
    assertThat(read).isPositive();
  }

  private static int decodeAll(SampleDecoder decoder, byte[] good) {
    Rows rows = decoder.rows(1);
    assertThat(decoder.decode(good, 0, rows, 0)).isNull();
    var random = new Random(1);
    int decoded = 0;
    for (int i = 0; i < RANDOM; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      decoded += decoder.decode(bytes, 0, rows, 0) == null ? 1 : 0;
    }
    for (int i = 0; i < MUTATED; i++) {
      decoded += decoder.decode(mutate(good, random), 0, rows, 0) == null ? 1 : 0;
    }
    return decoded;
  }

  private static byte[] mutate(byte[] good, Random random) {
    List<UnaryOperator<byte[]>> mutations =
        List.of(
            bytes -> {
              bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
              return bytes;
            },
            bytes -> Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length)),
            bytes -> {
              bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
              return bytes;
            },
            bytes -> {
              int from = random.nextInt(bytes.length);
              int to = random.nextInt(bytes.length);
              int length = random.nextInt(bytes.length - Math.max(from, to)) + 1;
              System.arraycopy(bytes, from, bytes, to, length);
              return bytes;
            });
    byte[] bytes = good.clone();
    for (int i = 0; i <= random.nextInt(4); i++) {
      bytes = mutations.get(random.nextInt(mutations.size())).apply(bytes);
    }
    return bytes;
  }
}
