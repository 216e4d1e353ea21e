/**
 * The ops endpoint, the same in every service: metrics, liveness and readiness over HTTP.
 *
 * <p>What comes in: meters and named conditions. What goes out: {@code /metrics} for Prometheus,
 * {@code /health/live}, {@code /health/ready}, and the routes a service adds. Must not import
 * features, serdes or services.
 */
package io.millrace.schemas.ops;
