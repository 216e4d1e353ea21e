/**
 * From the bytes of a record to the rows of a model's input tensors, and which samples are held
 * out.
 *
 * <p>In: record values in JSON or as {@link io.millrace.schemas.proto.Sample}. Out: a filled row of
 * {@link io.millrace.schemas.features.rows.Rows}, or a {@link
 * io.millrace.schemas.features.rows.Rejection} with the reason. No bytes make it throw. Start with
 * {@link io.millrace.schemas.features.SampleDecoder}. Pure: must not import Kafka or an engine.
 */
package io.millrace.schemas.features;
