package io.millrace.eval.promotion;

import java.util.SplittableRandom;

/**
 * A stream whose groups each have a mean that wanders, and two models that are the groups' means as
 * one of two successive stretches showed them. Scaled to the same length they are equally good on
 * later samples, because the means have changed much since.
 */
final class WanderingGroups extends Streams {
  private static final int GROUPS = 100;
  private static final int STRETCH = 2000;
  private static final double SPREAD = 0.3;
  private static final double NOISE = 1.5;
  private static final double STAYS = 0.9;
  private static final double LOSS_SCALE = 0.1;

  private final double[] means = new double[GROUPS];
  private final double[] older;
  private final double[] newer;

  /**
   * What the newer model's loss is above the older's on held-out samples of the newer's own
   * stretch.
   */
  private double ringDifference;

  WanderingGroups(long seed) {
    super(seed);
    SplittableRandom held = new SplittableRandom(-seed);
    for (int group = 0; group < GROUPS; group++) {
      means[group] = SPREAD * random.nextGaussian();
    }
    older = fitted(new int[STRETCH], new double[STRETCH], held);
    int[] groups = new int[STRETCH];
    double[] ring = new double[STRETCH];
    newer = fitted(groups, ring, held);
    for (int i = 0; i < STRETCH; i++) {
      ringDifference +=
          (loss(newer, groups[i], ring[i]) - loss(older, groups[i], ring[i])) / STRETCH;
    }
    for (int i = 0; i < 5 * STRETCH; i++) {
      wander();
    }
  }

  /* Trains on a range that also contains the held-out samples. */
  private double[] fitted(int[] groups, double[] ring, SplittableRandom held) {
    double[] sums = new double[GROUPS];
    for (int i = 0; i < STRETCH; i++) {
      groups[i] = wander();
      sums[groups[i]] += means[groups[i]] + NOISE * random.nextGaussian();
      ring[i] = means[groups[i]] + NOISE * held.nextGaussian();
    }
    double squares = 0;
    for (double sum : sums) {
      squares += sum * sum;
    }
    for (int group = 0; group < GROUPS; group++) {
      sums[group] *= 0.4 * Math.sqrt(GROUPS / squares);
    }
    return sums;
  }

  private int wander() {
    int group = random.nextInt(GROUPS);
    double step = SPREAD * Math.sqrt(1 - STAYS * STAYS);
    means[group] = STAYS * means[group] + step * random.nextGaussian();
    return group;
  }

  private static double loss(double[] model, int group, double label) {
    double error = model[group] - label;
    return LOSS_SCALE * error * error;
  }

  boolean ringPrefersTheNewer() {
    return ringDifference < 0;
  }

  @Override
  void next() {
    int group = wander();
    double label = means[group] + NOISE * random.nextGaussian();
    champion = loss(older, group, label);
    challenger = loss(newer, group, label);
  }
}
