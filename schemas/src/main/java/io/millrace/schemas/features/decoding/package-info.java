/**
 * From the bytes of a record to its fields, one parser per format.
 *
 * <p>In: record values. Out: {@link io.millrace.schemas.features.decoding.Fields}, filled without
 * garbage per record. Start with {@link io.millrace.schemas.features.decoding.RecordParser}. Pure:
 * must not import Kafka, an engine, {@code features.columns} or {@code config}.
 */
package io.millrace.schemas.features.decoding;
