/**
 * What the live page shows, computed from the messages read so far.
 *
 * <p>In: messages of the pipeline's small topics, and offsets of the stages. Out: {@link
 * io.millrace.eval.dashboard.live.PageState} and updates. Start with {@link
 * io.millrace.eval.dashboard.live.LiveModel}. Bounded in memory. Must not import Kafka, HTTP or an
 * engine.
 */
package io.millrace.eval.dashboard.live;
