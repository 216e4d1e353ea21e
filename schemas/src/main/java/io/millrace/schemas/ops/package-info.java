/**
 * The ops endpoint, the same in every service: metrics, liveness and readiness over HTTP.
 *
 * <p>In: meters and named conditions. Out: {@code /metrics} for Prometheus, {@code /health/live},
 * {@code /health/ready}, and the routes that a service adds. Start with {@link
 * io.millrace.schemas.ops.OpsServer}. Must not import {@code features}, {@code serdes} or a
 * service.
 */
package io.millrace.schemas.ops;
