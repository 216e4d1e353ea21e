/** Samples in, checkpoints out. */
package io.millrace.trainer;
