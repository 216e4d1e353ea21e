/**
 * Rows of samples as columns of tensors, in memory, in a store and in train batches.
 *
 * <p>In: decoded values. Out: direct buffers in native byte order, stored rows, train batches.
 * Start with {@link io.millrace.schemas.features.rows.Rows}. Pure: must not import Kafka, an
 * engine, {@code features.columns} or {@code features.decoding}.
 */
package io.millrace.schemas.features.rows;
