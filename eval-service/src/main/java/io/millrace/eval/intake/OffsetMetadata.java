package io.millrace.eval.intake;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.eval.metrics.BaselineState;
import io.millrace.schemas.proto.LabelCounts;
import io.millrace.schemas.proto.ScoringState;
import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * Scoring's state in the metadata of a committed offset. Writes version 1; reads versions 0 and 1.
 */
final class OffsetMetadata {
  private static final int VERSION = 1;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  private OffsetMetadata() {}

  static String of(String topicId, BaselineState labels) {
    ScoringState state =
        ScoringState.newBuilder()
            .setVersion(VERSION)
            .setTopicId(topicId)
            .setLabels(labels.toProto())
            .build();
    return ENCODER.encodeToString(state.toByteArray());
  }

  /**
   * The state in a committed offset's metadata.
   *
   * @param metadata empty: the default instance
   * @throws IllegalArgumentException if it has a later version, or is not such a state
   */
  static ScoringState parse(String metadata) {
    if (metadata.isEmpty()) {
      return ScoringState.getDefaultInstance();
    }
    int space = metadata.indexOf(' ');
    if (space >= 0) {
      return parseVersion0(metadata.substring(0, space), metadata.substring(space + 1));
    }
    try {
      ScoringState state = ScoringState.parseFrom(DECODER.decode(metadata));
      if (state.getVersion() == VERSION) {
        return state;
      }
      throw new IllegalArgumentException(
          "found format %d, this version of Millrace reads formats up to %d"
              .formatted(state.getVersion(), VERSION));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("found " + metadata.length() + " other characters", e);
    }
  }

  /*
   * The topic's id, a space, and base64 of, big endian: 1 int8 | classes int32 | pairs int32 | heaviest int32 | weight, mean,
   * squares, last, repeated, followed float64 | pairs of class int32 and weight float64.
   */
  private static ScoringState parseVersion0(String topicId, String labels) {
    ByteBuffer in = ByteBuffer.wrap(DECODER.decode(labels));
    int header = 1 + 3 * Integer.BYTES + 6 * Double.BYTES;
    int pairBytes = Integer.BYTES + Double.BYTES;
    boolean isWhole =
        in.remaining() >= header
            && in.get() == 1
            && in.remaining() == header - 1 + in.getInt(1 + Integer.BYTES) * pairBytes;
    if (!isWhole) {
      throw new IllegalArgumentException(
          "found %d bytes that are no baselines' state".formatted(in.capacity()));
    }
    LabelCounts.Builder counts = LabelCounts.newBuilder().setClasses(in.getInt());
    int pairs = in.getInt();
    counts.setHeaviest(in.getInt());
    counts.setWeight(in.getDouble()).setMean(in.getDouble()).setSquares(in.getDouble());
    counts.setLast(in.getDouble()).setRepeated(in.getDouble()).setFollowed(in.getDouble());
    for (int i = 0; i < pairs; i++) {
      counts.addLabels(in.getInt()).addWeights(in.getDouble());
    }
    return ScoringState.newBuilder()
        .setVersion(VERSION)
        .setTopicId(topicId)
        .setLabels(counts)
        .build();
  }
}
