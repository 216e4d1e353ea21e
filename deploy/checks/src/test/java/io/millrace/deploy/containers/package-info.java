/** The real images beside a real Kafka, in containers, while things go wrong. */
package io.millrace.deploy.containers;
