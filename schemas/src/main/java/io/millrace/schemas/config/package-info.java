/**
 * The sections of pipeline.yaml as an immutable tree of records.
 *
 * <p>In: the file, environment variables and {@code --set key=value}. Out: one {@link
 * io.millrace.schemas.config.PipelineConfig}, or one {@link
 * io.millrace.schemas.config.binding.ConfigException} that lists every mistake. A record is a
 * section and a component a key (in snake_case); its {@link
 * io.millrace.schemas.config.binding.Setting} holds its documentation and its default. Pure: must
 * not import Kafka or an engine.
 */
package io.millrace.schemas.config;
