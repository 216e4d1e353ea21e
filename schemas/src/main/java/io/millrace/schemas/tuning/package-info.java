/**
 * The search for batch sizes, as both services need it.
 *
 * <p>In: decoded samples, and a trial that reports whether a batch fits. Out: batches of any size,
 * and the largest that fits. Start with {@link io.millrace.schemas.tuning.CeilingSearch}. Pure:
 * must not import Kafka or an engine.
 */
package io.millrace.schemas.tuning;
