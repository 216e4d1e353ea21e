/**
 * What both services need to find their batch sizes.
 *
 * <p>In: decoded samples, and a trial that says whether a batch fits. Out: batches of any size, and
 * the largest that fits. Pure: must not import Kafka, DJL or ONNX Runtime.
 */
package io.millrace.schemas.tuning;
