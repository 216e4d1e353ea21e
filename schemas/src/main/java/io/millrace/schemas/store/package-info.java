/**
 * The checkpoint store: where trainer-service puts checkpoints and eval-service finds them.
 *
 * <p>In: directories of files, written whole. Out: their bytes, if size and SHA-256 match. A
 * directory is whole or absent and never changes; the one thing that does is the champion's place.
 * Must not import Kafka, DJL or ONNX Runtime.
 */
package io.millrace.schemas.store;
