/**
 * An ONNX model as a trainable graph.
 *
 * <p>In: ONNX bytes. Out: a forward pass with autograd over the weights, and the same bytes with
 * new weights. Start with {@link io.millrace.trainer.graph.TrainableGraph}. Must not import Kafka,
 * {@code training} or {@code leading}.
 */
package io.millrace.trainer.graph;
