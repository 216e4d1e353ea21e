package io.millrace.eval.promotion;

import java.util.SplittableRandom;

/** Losses of a champion and a challenger on one stream, sample after sample. */
abstract class Streams {
  /** Of the mean loss 0.45, 2 %. */
  static final double IMPROVEMENT = 0.009;

  static final double MEAN_LOSS = 0.45;

  final SplittableRandom random;
  double champion;
  double challenger;

  Streams(long seed) {
    random = new SplittableRandom(seed);
  }

  abstract void next();

  /** Independent, of standard deviation 0.1 in the difference. */
  static Streams independent(long seed, double improvement) {
    return new Streams(seed) {
      @Override
      void next() {
        champion = MEAN_LOSS + random.nextDouble() - 0.5;
        challenger = champion - improvement + 0.1 * random.nextGaussian();
      }
    };
  }

  /** Skewed differences, nine small ones against a large one, whose scale comes and goes. */
  static Streams heteroskedastic(long seed) {
    return new Streams(seed) {
      private long at;

      @Override
      void next() {
        double wave = 0.5 + 0.5 * Math.sin(at++ / 700.0);
        double scale = (0.02 + 0.46 * wave) * random.nextDouble();
        champion = MEAN_LOSS + random.nextDouble() - 0.5;
        challenger = champion + scale * (random.nextInt(10) == 0 ? 0.9 : -0.1);
      }
    };
  }

  /**
   * Both losses follow the stream's hardness, which wanders, and so does how far they lie apart.
   * Given the past, the challenger's is lower by the improvement.
   */
  static Streams autocorrelated(long seed, double improvement) {
    return new Streams(seed) {
      private double hardness = random.nextGaussian();

      @Override
      void next() {
        hardness = 0.995 * hardness + Math.sqrt(1 - 0.995 * 0.995) * random.nextGaussian();
        champion = MEAN_LOSS + 0.2 * hardness + 0.2 * random.nextDouble() - 0.1;
        double apart = 0.05 + 0.05 * Math.abs(hardness);
        challenger = champion - improvement + apart * random.nextGaussian();
      }
    };
  }

  /**
   * Which of two equal models is better changes slowly: over 1,000 samples it is true, over all it
   * is not.
   */
  static Streams regimes(long seed) {
    return new Streams(seed) {
      private double advantage = random.nextGaussian();

      @Override
      void next() {
        advantage = 0.999 * advantage + Math.sqrt(1 - 0.999 * 0.999) * random.nextGaussian();
        champion = MEAN_LOSS + random.nextDouble() - 0.5;
        challenger = champion + 0.02 * advantage + 0.1 * random.nextGaussian();
      }
    };
  }
}
