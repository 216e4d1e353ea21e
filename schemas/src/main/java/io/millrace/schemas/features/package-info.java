/**
 * From a record's bytes to the rows of a model's input tensors.
 *
 * <p>In: record values in JSON or as {@link io.millrace.schemas.proto.Sample}. Out: a filled row of
 * {@link io.millrace.schemas.features.rows.Rows}, or a {@link
 * io.millrace.schemas.features.rows.Rejection} that says why not; no bytes make it throw. Read
 * {@link io.millrace.schemas.features.SampleDecoder} first. Pure: must not import Kafka, DJL or
 * ONNX Runtime.
 */
package io.millrace.schemas.features;
