package io.millrace.schemas.serdes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.millrace.schemas.proto.AdwinState;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.DeadLetter;
import io.millrace.schemas.proto.Evaluation;
import io.millrace.schemas.proto.OpenBatchHead;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.Sample;
import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.proto.ScoringState;
import io.millrace.schemas.proto.TrainBatch;
import io.millrace.schemas.proto.TrainProgress;
import io.millrace.schemas.proto.TrialState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every message that is kept on a topic or in a changelog, as it was once written: its bytes, and
 * what they mean as text. Files here are added, never changed ({@code docs/upgrades.md}).
 */
class GoldenMessagesTest {
  static Stream<Message> messages() {
    return Stream.of(
        Sample.getDefaultInstance(),
        TrainBatch.getDefaultInstance(),
        Checkpoint.getDefaultInstance(),
        TrainProgress.getDefaultInstance(),
        DeadLetter.getDefaultInstance(),
        ScoreSums.getDefaultInstance(),
        Evaluation.getDefaultInstance(),
        Promotion.getDefaultInstance(),
        OpenBatchHead.getDefaultInstance(),
        ScoringState.getDefaultInstance(),
        AdwinState.getDefaultInstance(),
        TrialState.getDefaultInstance());
  }

  @ParameterizedTest
  @MethodSource("messages")
  void bytesWrittenOnceMeanTheSameForEver(Message type) throws IOException {
    // given
    Message.Builder meant = type.newBuilderForType();
    TextFormat.merge(new String(read(type, ".txtpb"), UTF_8), meant);
    byte[] written = read(type, ".bin");

    // when
    Message found = type.getParserForType().parseFrom(written);

    // then
    assertThat(found).isEqualTo(meant.build());
    assertThat(found.getUnknownFields().asMap()).isEmpty();
    assertThat(encode(meant.build())).isEqualTo(written);
  }

  /* Maps in the order of their keys. */
  private static byte[] encode(Message message) throws IOException {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    message.writeTo(out);
    out.flush();
    return bytes.toByteArray();
  }

  private static byte[] read(Message type, String suffix) throws IOException {
    String name =
        type.getDescriptorForType()
            .getName()
            .replaceAll("([a-z])([A-Z])", "$1-$2")
            .toLowerCase(Locale.ROOT);
    String file = "/golden/messages/" + name + suffix;
    try (InputStream in =
        Objects.requireNonNull(GoldenMessagesTest.class.getResourceAsStream(file), file)) {
      return in.readAllBytes();
    }
  }
}
