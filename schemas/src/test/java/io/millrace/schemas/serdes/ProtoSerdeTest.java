package io.millrace.schemas.serdes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.Field;
import io.millrace.schemas.proto.Histogram;
import io.millrace.schemas.proto.Lineage;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.Sample;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.SettingsEpoch;
import io.millrace.schemas.proto.Sums;
import io.millrace.schemas.proto.Tensor;
import io.millrace.schemas.proto.TrainBatch;
import io.millrace.schemas.proto.TrainProgress;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProtoSerdeTest {
  private static final int RANDOM_INPUTS = 10_000;
  private static final int MUTATED_INPUTS = 10_000;

  static List<Message> examples() {
    return List.of(
        Sample.newBuilder()
            .addFields(Field.newBuilder().setName("distance").setNumber(1.5))
            .addFields(Field.newBuilder().setName("carrier").setText("ÖBB"))
            .build(),
        TrainBatch.newBuilder()
            .setTopic("flights")
            .addAllOffsetDeltas(List.of(0L, 1L, 300L))
            .addInputs(
                Tensor.newBuilder().addShape(3).setData(ByteString.copyFrom(new byte[12])).build())
            .build(),
        Checkpoint.newBuilder()
            .setId("000000000020-1")
            .setLineage(Lineage.getDefaultInstance())
            .addSettingsHistory(SettingsEpoch.newBuilder().putSettings("seed", "7"))
            .build(),
        TrainProgress.newBuilder().setPipeline("flights").setStep(20).build(),
        ScoreSums.newBuilder().setCheckpointId("a").setSums(Sums.newBuilder().setCount(3)).build(),
        Evaluation.newBuilder().setCheckpointId("a").putMetrics("auc", 0.7).build(),
        Promotion.newBuilder().setDecisionValue(99).setReason("lower bound above 0").build(),
        Histogram.newBuilder().addBins(-3).addWeights(0.5).build(),
        DeadLetter.newBuilder().setTopic("flights").setValue(ByteString.copyFromUtf8("{")).build());
  }

  @ParameterizedTest
  @MethodSource("examples")
  void encodedMessagesDecodeToThemselves(Message message) {
    // given
    var serde = ProtoSerde.of(message);

    // when
    Decoded<Message> decoded = serde.decode(serde.encode(message));

    // then
    assertThat(decoded.tryValue()).contains(message);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void randomAndMutatedBytesAreMessagesOrRejectedButNeverThrow(Message message) {
    // given
    var serde = ProtoSerde.of(message);
    var random = new Random(7);
    byte[] valid = serde.encode(message);
    int ok = 0;
    int rejected = 0;

    // when
    for (int i = 0; i < RANDOM_INPUTS + MUTATED_INPUTS; i++) {
      byte[] bytes = i < RANDOM_INPUTS ? randomBytes(random) : mutate(valid, random);
      if (decodeAndEncode(serde, bytes)) {
        ok++;
      } else {
        rejected++;
      }
    }

    // then
    assertThat(ok).isPositive();
    assertThat(rejected).isPositive();
  }

  @Test
  void deepNestingIsRejected() {
    // given: groups of an unknown field within each other
    byte[] groups = new byte[1 << 20];
    java.util.Arrays.fill(groups, (byte) (15 << 3 | 3));

    // when
    var decoded = ProtoSerde.of(Sample.getDefaultInstance()).decode(groups);

    // then
    assertThat(decoded).isInstanceOf(Decoded.Rejected.class);
  }

  @Test
  void lengthThatPromisesMoreThanThereIsIsRejectedWithoutAllocatingIt() {
    // given: field 1 with a length of 2 GiB - 1
    byte[] bytes = {0x0a, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07, 1};

    // when
    var decoded = ProtoSerde.of(TrainBatch.getDefaultInstance()).decode(bytes);

    // then
    assertThat(decoded).isInstanceOf(Decoded.Rejected.class);
  }

  @Test
  void bytesOverTheLimitAreRejectedUnread() {
    // given
    var serde = ProtoSerde.of(Sample.getDefaultInstance()).withMaxBytes(10);

    // when
    var decoded = serde.decode(new byte[11]);

    // then
    assertThat(decoded)
        .isEqualTo(
            new Decoded.Rejected<>(
                DeadLetter.Reason.TOO_LARGE, "not a Sample: found 11 bytes, allowed are 10"));
  }

  @Test
  void messageOfAsManyEmptyPartsAsTheLimitAllowsFitsTheHeap() throws Exception {
    // given
    var empty = new ByteArrayOutputStream();
    for (int i = 0; i < ProtoSerde.DEFAULT_MAX_BYTES / 2; i++) {
      empty.write(new byte[] {0x0a, 0});
    }

    // when
    var decoded = ProtoSerde.of(Sample.getDefaultInstance()).decode(empty.toByteArray());

    // then
    assertThat(decoded.tryValue().orElseThrow().getFieldsCount())
        .isEqualTo(ProtoSerde.DEFAULT_MAX_BYTES / 2);
  }

  @Test
  void absentBytesAreRejectedAndAbsentMessagesStayTombstones() {
    // given
    var serde = ProtoSerde.of(Checkpoint.getDefaultInstance());

    // when
    var decoded = serde.decode(null);

    // then
    assertThat(decoded)
        .isEqualTo(
            new Decoded.Rejected<>(
                DeadLetter.Reason.UNDECODABLE, "not a Checkpoint: found no bytes"));
    assertThat(serde.serializer().serialize("topic", null)).isNull();
  }

  private static boolean decodeAndEncode(ProtoSerde<Message> serde, byte[] bytes) {
    try {
      var value = serde.decode(bytes).tryValue();
      value.ifPresent(serde::encode);
      return value.isPresent();
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      return fail("threw on " + java.util.HexFormat.of().formatHex(bytes), e);
    }
  }

  private static byte[] randomBytes(Random random) {
    byte[] bytes = new byte[random.nextInt(64)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] mutate(byte[] valid, Random random) {
    byte[] bytes = java.util.Arrays.copyOf(valid, Math.max(1, valid.length - random.nextInt(3)));
    for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}
