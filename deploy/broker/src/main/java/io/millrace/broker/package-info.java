/** An embedded single-node Kafka broker: the real server, in process. */
package io.millrace.broker;
