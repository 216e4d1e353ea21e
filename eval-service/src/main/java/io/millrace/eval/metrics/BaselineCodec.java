package io.millrace.eval.metrics;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Comparator;
import java.util.stream.IntStream;

/** A baseline's state as text. */
final class BaselineCodec {
  /*
   * Base64 of: version, classes, count of pairs, weight, mean, squares, last, repeated, followed, heaviest, then pairs of class and
   * weight. Up to PAIRS classes that is exact. With more, the PAIRS that weigh most are written and the rest of the weight is
   * spread evenly over the others when read: after a restart the light classes' shares are then rough, all else is exact.
   */
  static final int PAIRS = 120;

  private static final byte VERSION = 1;
  private static final int HEADER_BYTES = 1 + 3 * Integer.BYTES + 6 * Double.BYTES;

  private BaselineCodec() {}

  static String encode(BaselineState state) {
    int[] written = heaviest(state.weights);
    ByteBuffer bytes =
        ByteBuffer.allocate(HEADER_BYTES + written.length * (Integer.BYTES + Double.BYTES));
    bytes.put(VERSION).putInt(state.classes).putInt(written.length).putInt(state.heaviest);
    bytes.putDouble(state.weight).putDouble(state.mean).putDouble(state.squares);
    bytes.putDouble(state.last).putDouble(state.repeated).putDouble(state.followed);
    for (int label : written) {
      bytes.putInt(label).putDouble(state.weights[label]);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  private static int[] heaviest(double[] weights) {
    return IntStream.range(0, weights.length)
        .filter(label -> weights[label] > 0)
        .boxed()
        .sorted(Comparator.comparingDouble(label -> -weights[label]))
        .limit(PAIRS)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  static void decode(String text, BaselineState state) {
    ByteBuffer bytes = bytesOf(text);
    int classes = bytes.getInt();
    int pairs = bytes.getInt();
    if (classes != state.classes
        || bytes.remaining() != HEADER_BYTES - 9 + pairs * (Integer.BYTES + Double.BYTES)) {
      throw new IllegalArgumentException(
          ("the baselines' state '%s' is of %d classes, the label has %d; if the label was changed, give the"
                  + " pipeline another name")
              .formatted(text, classes, state.classes));
    }
    state.heaviest = bytes.getInt();
    state.weight = bytes.getDouble();
    state.mean = bytes.getDouble();
    state.squares = bytes.getDouble();
    state.last = bytes.getDouble();
    state.repeated = bytes.getDouble();
    state.followed = bytes.getDouble();
    readWeights(bytes, pairs, state);
  }

  private static void readWeights(ByteBuffer bytes, int pairs, BaselineState state) {
    double rest = state.weight;
    for (int i = 0; i < pairs; i++) {
      int label = bytes.getInt();
      state.weights[label] = bytes.getDouble();
      rest -= state.weights[label];
    }
    if (pairs == PAIRS && state.classes > PAIRS && rest > 0) {
      for (int label = 0; label < state.classes; label++) {
        state.weights[label] += state.weights[label] == 0 ? rest / (state.classes - PAIRS) : 0;
      }
    }
  }

  private static ByteBuffer bytesOf(String text) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      if (bytes.remaining() >= HEADER_BYTES && bytes.get() == VERSION) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(unreadable(text), e);
    }
    throw new IllegalArgumentException(unreadable(text));
  }

  private static String unreadable(String text) {
    return "'%s' is no baselines' state of version %d; expected what BaselineState.toString gave"
        .formatted(text, VERSION);
  }
}
