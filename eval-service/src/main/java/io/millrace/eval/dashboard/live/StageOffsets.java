package io.millrace.eval.dashboard.live;

/**
 * Where a stage stands on what it reads.
 *
 * @param done offsets passed, over all partitions
 * @param lag offsets not yet passed; control records of transactions count
 */
public record StageOffsets(long done, long lag) {}
