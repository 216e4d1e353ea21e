/**
 * The optimizers, the learning rate and gradient clipping, by the formulas of PyTorch and Hugging
 * Face.
 *
 * <p>In: parameters and gradient as one vector each. Out: moved parameters, and optimizer state in
 * host memory. Start with {@link io.millrace.trainer.training.optimizers.Optimizer}. Must not
 * import Kafka or {@code training}.
 */
package io.millrace.trainer.training.optimizers;
