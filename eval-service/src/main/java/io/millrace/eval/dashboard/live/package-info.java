/**
 * The content of the live page, computed from the messages read so far. Bounded in memory.
 *
 * <p>In: messages of the pipeline's small topics, and offsets of the stages. Out: {@link
 * io.millrace.eval.dashboard.live.PageState} and updates. Start with {@link
 * io.millrace.eval.dashboard.live.LiveModel}. Must not import Kafka, HTTP or an engine.
 */
package io.millrace.eval.dashboard.live;
