/**
 * What decisions about checkpoints add up to: who is in force, what it replaced, who is on trial.
 *
 * <p>The trainer asks it what must not be deleted; the eval service asks it what to score. Pure:
 * must not import Kafka.
 */
package io.millrace.schemas.promotions;
