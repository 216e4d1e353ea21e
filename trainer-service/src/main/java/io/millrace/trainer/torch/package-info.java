/**
 * PyTorch, as DJL's engine reaches it.
 *
 * <p>In: arrays of DJL. Out: arrays that PyTorch computed. Only this package imports {@code
 * ai.djl.pytorch.jni}. Start with {@link io.millrace.trainer.torch.Torch}. Must not import Kafka or
 * another package of Millrace.
 */
package io.millrace.trainer.torch;
