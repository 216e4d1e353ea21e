/** The real images with a real Kafka, in containers, under faults. */
package io.millrace.deploy.containers;
