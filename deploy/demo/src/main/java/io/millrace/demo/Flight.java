package io.millrace.demo;

/**
 * A flight that has arrived.
 *
 * @param scheduled departure, local time, like {@code 2001-01-01T00:01}
 * @param origin IATA code
 * @param destination IATA code
 * @param arrivalDelayMinutes negative: early
 */
public record Flight(
    String scheduled,
    String origin,
    String destination,
    int distanceMiles,
    int arrivalDelayMinutes) {}
