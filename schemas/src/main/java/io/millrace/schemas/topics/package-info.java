/**
 * The pipeline's own topics: their names, settings and creation, checks of topics on a cluster, and
 * what a service checks when it starts.
 *
 * <p>In: the pipeline's name, its topic settings and an admin client. Out: topics, differences with
 * the commands that correct them, and the announced checkpoints. Start with {@link
 * io.millrace.schemas.topics.TopicPlan}. Must not import {@code features}, {@code ops} or a
 * service.
 */
package io.millrace.schemas.topics;
