/**
 * From the fields of a record to the columns of a row: one class per kind of feature.
 *
 * <p>In: field values. Out: numbers at their place in a row, the label, the weight, hashes of ids.
 * Start with {@link io.millrace.schemas.features.columns.Column}. Pure: must not import Kafka or an
 * engine.
 */
package io.millrace.schemas.features.columns;
