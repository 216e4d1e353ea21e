/**
 * Checkpoints as models that score: opened in ONNX Runtime, kept open, run on rows.
 *
 * <p>In: announced files of the checkpoint store, rows of samples. Out: the outputs of a model, row
 * by row. Start with {@link io.millrace.eval.models.Sessions}. The only package of the service that
 * imports ONNX Runtime; must not import Kafka.
 */
package io.millrace.eval.models;
