/**
 * Which samples may have trained a checkpoint.
 *
 * <p>The trainer grows a {@link io.millrace.schemas.lineage.Lineage} with every train batch and
 * announces it with the checkpoint; the eval service asks it whether a sample may count. Pure: must
 * not import Kafka.
 */
package io.millrace.schemas.lineage;
