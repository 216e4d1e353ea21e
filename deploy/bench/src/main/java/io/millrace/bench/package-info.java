/**
 * Benchmarks of this machine: each stage of Millrace against a rival, in one run, on one embedded
 * broker.
 *
 * <p>In: a pipeline or generated samples. Out: rates of alternating rounds, as medians with their
 * spread. Start with {@link io.millrace.bench.WindowingBench}. Must not import {@code cli} or
 * {@code tune}.
 */
package io.millrace.bench;
