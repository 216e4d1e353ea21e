package io.millrace.trainer.checkpoint;

import io.millrace.schemas.lineage.SamplePartition;

/**
 * Where the record of a sample is that poisoned a step.
 *
 * @param reason what it did, for a reader of the dead letters
 */
public record PoisonedPlace(SamplePartition partition, long offset, String reason) {}
