package io.millrace.trainer.training;

/**
 * A sample on which the model's loss or gradient is not finite, or whose label or weight is
 * invalid.
 *
 * @param batch index of its batch in the step, from 0
 * @param sample its index in the batch, from 0
 * @param reason for dead letters
 */
public record PoisonedSample(int batch, int sample, String reason)
    implements Comparable<PoisonedSample> {

  @Override
  public int compareTo(PoisonedSample other) {
    return batch != other.batch
        ? Integer.compare(batch, other.batch)
        : Integer.compare(sample, other.sample);
  }
}
