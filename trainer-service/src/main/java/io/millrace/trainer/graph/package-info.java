/**
 * An ONNX model as a trainable graph.
 *
 * <p>ONNX bytes come in; out come a forward pass with autograd over the weights, and the same bytes
 * with new weights. {@link io.millrace.trainer.graph.TrainableGraph} parses and checks, {@link
 * io.millrace.trainer.graph.GraphRunner} runs on one device. Knows DJL and ONNX; must not import
 * Kafka, nor anything of the step loop.
 */
package io.millrace.trainer.graph;
