/**
 * Which samples are never trained on.
 *
 * <p>In: a record's key, field hash, or place. Out: yes or no, the same in every service. Pure:
 * must not import Kafka, DJL or ONNX Runtime.
 */
package io.millrace.schemas.holdout;
