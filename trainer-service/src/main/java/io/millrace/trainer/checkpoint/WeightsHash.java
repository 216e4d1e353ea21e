package io.millrace.trainer.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.trainer.graph.ops.HostTensor;
import io.millrace.trainer.training.LearnerState;
import java.security.MessageDigest;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;

/** SHA-256 over parameters, running statistics and optimizer state, each in the order of names. */
public final class WeightsHash {
  private WeightsHash() {}

  /** In hex. */
  public static String of(LearnerState state) {
    MessageDigest digest = DigestUtils.getSha256Digest();
    add(state.weights(), digest);
    add(state.optimizerTensors(), digest);
    return Hex.encodeHexString(digest.digest());
  }

  private static void add(Map<String, HostTensor> tensors, MessageDigest digest) {
    new TreeMap<>(tensors)
        .forEach(
            (name, tensor) -> {
              digest.update(name.getBytes(UTF_8));
              digest.update(tensor.buffer());
            });
  }
}
