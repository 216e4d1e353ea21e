/**
 * The checkpoint store: the trainer writes checkpoints there, the eval service reads them.
 *
 * <p>In: directories of files, written whole. Out: their bytes, if size and SHA-256 match. A
 * directory is whole or absent and never changes; only the champion's place does. Start with {@link
 * io.millrace.schemas.store.CheckpointStore}. Must not import Kafka or an engine.
 */
package io.millrace.schemas.store;
