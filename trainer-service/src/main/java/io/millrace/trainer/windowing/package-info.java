/**
 * From samples to train batches, exactly once: a Kafka Streams topology.
 *
 * <p>In: the samples' topic. Out: the train log and the dead letters. It decodes, rejects bad
 * records, holds samples out and collects the rest per partition. Start with {@link
 * io.millrace.trainer.windowing.WindowingProcessor}. Must not import an engine or {@code training}.
 */
package io.millrace.trainer.windowing;
