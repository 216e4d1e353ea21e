/**
 * Checkpoints as models that score: opened in ONNX Runtime, kept open, run on rows.
 *
 * <p>In: announced files of the checkpoint store, rows of samples. Out: the outputs of a model, row
 * by row. Start with {@link io.millrace.eval.models.Sessions}. Must not import Kafka, DJL, {@code
 * lineup}, {@code intake} or {@code scoring}.
 */
package io.millrace.eval.models;
