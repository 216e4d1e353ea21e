package io.millrace.trainer.training;

import io.millrace.trainer.graph.ops.HostTensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The complete state of a learner, in host memory. A learner that continues from it trains as if it
 * had not stopped. Immutable.
 *
 * @param weights by name, parameters and running statistics, as {@code TrainableGraph.write} takes
 *     them
 * @param optimizer name of the optimizer, as in the settings
 * @param optimizerTensors the optimizer's state, each tensor over all parameters in the graph's
 *     order
 * @param step the number of steps taken
 * @param ceiling the largest number of samples per pass, learned when memory ran out; 0 if no limit
 *     is known
 * @param samples the number of samples trained on
 * @param poisoned the number of samples left out
 */
public record LearnerState(
    Map<String, HostTensor> weights,
    String optimizer,
    Map<String, HostTensor> optimizerTensors,
    long step,
    int ceiling,
    long samples,
    long poisoned) {

  public LearnerState {
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    optimizerTensors = Collections.unmodifiableMap(new LinkedHashMap<>(optimizerTensors));
  }

  /** All but the weights, with a checksum: the file that a checkpoint stores next to the model. */
  public byte[] optimizerBytes() {
    return StateBytes.write(this);
  }

  /**
   * Assembles the state from the files of a checkpoint.
   *
   * @param optimizerBytes as returned by {@link #optimizerBytes}
   * @param weights of the checkpoint's model
   * @throws CorruptStateException if the bytes differ from those written
   */
  public static LearnerState parse(byte[] optimizerBytes, Map<String, HostTensor> weights) {
    return StateBytes.read(optimizerBytes, weights);
  }
}
