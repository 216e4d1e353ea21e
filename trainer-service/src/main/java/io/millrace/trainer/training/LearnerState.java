package io.millrace.trainer.training;

import io.millrace.trainer.graph.ops.HostTensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All that a learner needs to go on as if it had never stopped, in host memory. Immutable.
 *
 * @param weights by name, parameters and running statistics, as {@code TrainableGraph.write} takes
 *     them
 * @param optimizer name of the optimizer, as in the settings
 * @param optimizerTensors what it remembers, each over all parameters in the graph's order
 * @param step how many have been taken
 * @param ceiling the most samples a device takes in one pass since memory ran out; 0: no limit
 *     known
 * @param samples how many have trained
 * @param poisoned how many have been left out
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

  /** All but the weights, with a checksum: what a checkpoint keeps beside the model. */
  public byte[] optimizerBytes() {
    return StateBytes.write(this);
  }

  /**
   * Puts together what a checkpoint keeps.
   *
   * @param optimizerBytes as {@link #optimizerBytes} gave them
   * @param weights of the model beside them
   * @throws CorruptStateException if the bytes are not what was written
   */
  public static LearnerState parse(byte[] optimizerBytes, Map<String, HostTensor> weights) {
    return StateBytes.read(optimizerBytes, weights);
  }
}
