package io.millrace.trainer.leading;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import io.millrace.schemas.proto.SettingsEpoch;
import io.millrace.trainer.TrainerGolden;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class EpochCodecTest {
  @Test
  void version1IsReadAndWrittenInTheSameBytes() throws IOException {
    // given
    byte[] stored = TrainerGolden.read("settings-epoch-v1.bin");

    // when
    SettingsEpoch epoch = EpochCodec.current(SettingsEpoch.parseFrom(stored));

    // then
    assertThat(epoch.getSettingsMap())
        .containsEntry("training.optim", "adamw")
        .containsEntry("model.trainable", "[]")
        .containsEntry("threads", "1");
    assertThat(encode(EpochCodec.of(epoch.getSettingsMap(), 0))).isEqualTo(stored);
  }

  @Test
  void theTextsOfVersion0BecomeTheSettingsOfVersion1() throws IOException {
    // given
    SettingsEpoch before = SettingsEpoch.parseFrom(TrainerGolden.read("settings-epoch-v0.bin"));

    // when
    SettingsEpoch now = EpochCodec.current(before);

    // then
    assertThat(encode(now)).isEqualTo(TrainerGolden.read("settings-epoch-v1.bin"));
  }

  @Test
  void listsAndPatternsOfVersion0AreTakenWhole() {
    // given
    String text =
        "ModelConfig[path=own, v2.onnx, recipe=null, hidden=[64, 32], embedding=8, output=VALUE, loss=HUBER,"
            + " huberDelta=0.5, trainable=[head.*, body[0-9]=], frozen=[a, b], trainedUntil=null]";

    // when
    SettingsEpoch now =
        EpochCodec.current(SettingsEpoch.newBuilder().putSettings("model", text).build());

    // then
    assertThat(now.getSettingsMap())
        .containsOnly(
            java.util.Map.entry("model.output", "value"),
            java.util.Map.entry("model.loss", "huber"),
            java.util.Map.entry("model.huber_delta", "0.5"),
            java.util.Map.entry("model.trainable", "[head.*, body[0-9]=]"),
            java.util.Map.entry("model.frozen", "[a, b]"));
  }

  @Test
  void anotherTextOfVersion0StaysAsItIs() {
    // given
    SettingsEpoch before = SettingsEpoch.newBuilder().putSettings("training", "T[rate=1]").build();

    // when
    SettingsEpoch now = EpochCodec.current(before);

    // then
    assertThat(now.getSettingsMap()).isEqualTo(before.getSettingsMap());
  }

  @Test
  void epochsThatDifferOnlyInWhatMovesNoWeightsBecomeOne() throws IOException {
    // given
    SettingsEpoch first = SettingsEpoch.parseFrom(TrainerGolden.read("settings-epoch-v0.bin"));
    String training = first.getSettingsOrThrow("training");
    SettingsEpoch second =
        first.toBuilder()
            .setFromTrainLogOffset(20)
            .putSettings("training", training.replace("saveSteps=20", "saveSteps=7"))
            .build();
    SettingsEpoch third =
        first.toBuilder()
            .setFromTrainLogOffset(40)
            .putSettings("training", training.replace("learningRate=0.01", "learningRate=0.02"))
            .build();

    // when
    List<SettingsEpoch> epochs = new SettingsHistory(List.of(first, second, third)).epochs();

    // then
    assertThat(epochs).extracting(SettingsEpoch::getFromTrainLogOffset).containsExactly(0L, 40L);
  }

  private static byte[] encode(SettingsEpoch epoch) throws IOException {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    epoch.writeTo(out);
    out.flush();
    return bytes.toByteArray();
  }
}
