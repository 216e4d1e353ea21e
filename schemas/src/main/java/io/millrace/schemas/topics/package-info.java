/**
 * The pipeline's own topics: their names, settings and creation, and checks of topics on a cluster.
 *
 * <p>In: the pipeline's name, its topic settings and an admin client. Out: topics, and differences
 * with the commands that mend them. Start with {@link io.millrace.schemas.topics.TopicPlan}. Must
 * not import {@code features}, {@code ops} or a service.
 */
package io.millrace.schemas.topics;
