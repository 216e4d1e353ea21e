/**
 * pipeline.yaml as an immutable tree of records.
 *
 * <p>In: the file, environment variables and {@code --set key=value}. Out: one {@link
 * io.millrace.schemas.config.PipelineConfig}, or one {@link
 * io.millrace.schemas.config.binding.ConfigException} that lists everything that is wrong. A record
 * is a section, a component a key (in snake_case), its {@link
 * io.millrace.schemas.config.binding.Setting} the documentation and the default. Must not import
 * Kafka, DJL or ONNX Runtime.
 */
package io.millrace.schemas.config;
