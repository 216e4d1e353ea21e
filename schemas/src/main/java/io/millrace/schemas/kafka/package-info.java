/**
 * The edge to Kafka that every service and command shares: answers of a cluster, reading topics,
 * and the life of a Kafka Streams application.
 *
 * <p>What comes in: a pipeline's Kafka properties, admin clients, topologies. What goes out:
 * answers or one kind of exception, records on the caller's or a named thread, readiness, and the
 * end of an application. Must not import features, stores, the pipeline's topics or services.
 */
package io.millrace.schemas.kafka;
