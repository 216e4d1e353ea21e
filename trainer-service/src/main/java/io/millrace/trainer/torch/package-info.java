/**
 * PyTorch as DJL's engine reaches it.
 *
 * <p>In: arrays of DJL. Out: what PyTorch computes of them. The only package that imports DJL's
 * {@code ai.djl.pytorch.jni}. Must not import any other package of Millrace, nor Kafka.
 */
package io.millrace.trainer.torch;
