/**
 * How fast the step loop is, beside DJL's own {@code Trainer} on the same samples, model, loss and
 * optimizer. Made-up samples go in, steps per second come out; must not import Kafka: the rate of
 * training from a log is handed in.
 */
package io.millrace.bench.training;
