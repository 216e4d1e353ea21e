/**
 * The framework that binds a YAML tree to records, and collects every mistake on the way.
 *
 * <p>In: YAML, overrides and a record type. Out: an instance of the record, or a list of problems.
 * Start with {@link io.millrace.schemas.config.binding.Binder}. Pure: must not import Kafka, an
 * engine, or any other package of Millrace.
 */
package io.millrace.schemas.config.binding;
