/**
 * The sum of the decisions about checkpoints: which is in force, which it replaced, which are on
 * trial.
 *
 * <p>In: decisions. Out: the checkpoints that must not be deleted (for the trainer) and those to
 * score (for the eval service). Start with {@link io.millrace.schemas.promotions.InUse}. Pure: must
 * not import Kafka or an engine.
 */
package io.millrace.schemas.promotions;
