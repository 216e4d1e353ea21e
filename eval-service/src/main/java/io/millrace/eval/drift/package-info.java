/**
 * Whether the stream has changed: the champion's loss, the features, the scores.
 *
 * <p>In: sums and histograms, in one order. Out: changes found, and how far two histograms lie
 * apart. Pure: must not import Kafka or an engine.
 */
package io.millrace.eval.drift;
