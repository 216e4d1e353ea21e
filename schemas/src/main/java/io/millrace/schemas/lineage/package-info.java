/**
 * Which samples may have trained a checkpoint, and the names of checkpoints.
 *
 * <p>In: train batches, in the trainer; announcements, in the eval service. Out: whether a sample
 * may count for a checkpoint. Start with {@link io.millrace.schemas.lineage.Lineage}. Pure: must
 * not import Kafka or an engine.
 */
package io.millrace.schemas.lineage;
