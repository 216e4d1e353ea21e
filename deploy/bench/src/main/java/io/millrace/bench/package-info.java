/**
 * What this machine does: Millrace beside a rival, in one run, on one embedded broker. Rounds
 * alternate; figures are medians with their spread.
 */
package io.millrace.bench;
