package io.millrace.schemas.features.rows;

import io.millrace.schemas.proto.DeadLetter;

/**
 * Why a record cannot become a sample.
 *
 * @param detail which field, what was found, what was expected
 */
public record Rejection(DeadLetter.Reason reason, String detail) {}
