/**
 * The edge to Kafka that every service and command shares: answers of a cluster, reading topics,
 * and the life of a Kafka Streams application.
 *
 * <p>In: a pipeline's Kafka properties, admin clients, topologies. Out: answers or one kind of
 * exception, records on the caller's or a named thread, readiness, and the end of an application.
 * Start with {@link io.millrace.schemas.kafka.TopicFollower}. Must not import {@code features},
 * {@code store}, {@code topics} or a service.
 */
package io.millrace.schemas.kafka;
