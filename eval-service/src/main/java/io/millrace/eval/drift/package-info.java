/**
 * Whether the stream has changed: the champion's loss, the features, the scores.
 *
 * <p>In: sums and histograms, in one order. Out: changes found, and the distance between two
 * histograms. Start with {@link io.millrace.eval.drift.Adwin}. Pure: must not import Kafka or an
 * engine.
 */
package io.millrace.eval.drift;
