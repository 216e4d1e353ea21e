/**
 * The {@code millrace} command: parses arguments, starts the work, prints the result.
 *
 * <p>In: arguments and a pipeline.yaml. Out: text on standard output, warnings and errors on
 * standard error, an exit code. Start with {@link io.millrace.cli.Millrace}.
 */
package io.millrace.cli;
