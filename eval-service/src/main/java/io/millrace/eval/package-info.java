/** Samples and checkpoints in, evaluations and promotions out. */
package io.millrace.eval;
