package io.millrace.eval.promotion;

/**
 * Bounds on the true difference between the losses of two models, from clipped paired differences
 * in batches. With the stated probability they hold at all times at once, so they can be read after
 * every batch, and the comparison can stop at any time. Confined to one thread.
 *
 * <p>They bound the mean, over the samples so far, of each difference's expectation given the
 * samples before it. Neither independence nor equal distribution is assumed. It follows that a
 * temporary difference is a true difference; that it will last is not claimed.
 */
public final class ConfidenceSequence {
  /*
   * An empirical Bernstein confidence sequence: Y. J. Choe and A. Ramdas, Comparing Sequential Forecasters, Operations Research
   * 72(4), 2024, theorem 2 (arXiv 2110.00115). With differences d_i in [-c/2, c/2], m_i their expectations given the past, and any
   * g_i in [-c/2, c/2] fixed before d_i is seen,
   *
   *   exp(l * sum(d_i - m_i) - psi(l) * V),  V = sum (d_i - g_i)^2,  psi(l) = (-log(1 - c l) - c l) / c^2,  0 <= l < 1/c
   *
   * is a supermartingale that starts at 1 (their lemma, after X. Fan, I. Grama and Q. Liu, 2015), as it is for -d. So is a mean of it
   * over several l fixed beforehand (the method of mixtures: S. Howard, A. Ramdas, J. McAuliffe and J. Sekhon, Time-uniform,
   * nonparametric, nonasymptotic confidence sequences, Annals of Statistics 49(2), 2021). By Ville's inequality it ever reaches
   * 2 / alpha with probability at most alpha / 2 on either side. With u(V) the sum at which the mean over l reaches 2 / alpha,
   *
   *   (sum d_i -+ u(V)) / n
   *
   * encloses the mean of the m_i at all n at once with probability 1 - alpha.
   *
   * Clipped to +-clip, the differences span c = 2 clip. g_i is the mean of the batches before the one with sample i: fixed before the
   * batch, so that a batch's part of V is computed from its sums, sum d^2 - 2 g sum d + n g^2. LAMBDAS spans, in units of 1/c, from
   * a handful of samples to some ten millions of them; between neighbours the bound is within a few percent of the best l's.
   * O(LAMBDAS) per look, a few times that for the bounds.
   */
  private static final int LAMBDAS = 24;

  private static final double GREATEST = 0.9;
  private static final double RATIO = 1.35;

  private final double clip;
  private final double[] lambdas = new double[LAMBDAS];
  private final double[] psis = new double[LAMBDAS];
  private long count;
  private double sum;
  private double variation;

  /** A sequence for differences from {@code -clip} to {@code clip}. */
  public ConfidenceSequence(double clip) {
    this(clip, 0, 0, 0);
  }

  ConfidenceSequence(double clip, long count, double sum, double variation) {
    this.clip = clip;
    this.count = count;
    this.sum = sum;
    this.variation = variation;
    double scale = 2 * clip;
    for (int i = 0; i < LAMBDAS; i++) {
      double unit = GREATEST / Math.pow(RATIO, i);
      lambdas[i] = unit / scale;
      psis[i] = (-Math.log1p(-unit) - unit) / (scale * scale);
    }
  }

  /** Adds a batch of {@code n} differences, given their sum and their sum of squares. */
  public void add(long n, double differences, double squares) {
    double before = Math.min(Math.max(mean(), -clip), clip);
    double around = squares - 2 * before * differences + n * before * before;
    variation += Math.max(around, 0);
    sum += differences;
    count += n;
  }

  public long count() {
    return count;
  }

  double sum() {
    return sum;
  }

  double variation() {
    return variation;
  }

  /** 0 before the first sample. */
  public double mean() {
    return count == 0 ? 0 : sum / count;
  }

  /** The lower bound of the true mean difference; minus infinity before the first sample. */
  public double lower(double alpha) {
    return count == 0 ? Double.NEGATIVE_INFINITY : mean() - boundary(alpha) / count;
  }

  /** The upper bound of the true mean difference; infinity before the first sample. */
  public double upper(double alpha) {
    return count == 0 ? Double.POSITIVE_INFINITY : mean() + boundary(alpha) / count;
  }

  /** Whether {@link #lower} is above 0, without computing it. */
  public boolean isAboveZero(double alpha) {
    return logEvidence(sum) > Math.log(2 / alpha);
  }

  /** Whether {@link #upper} is below 0, without computing it. */
  public boolean isBelowZero(double alpha) {
    return logEvidence(-sum) > Math.log(2 / alpha);
  }

  /* The deviation at which the evidence reaches 2 / alpha; the evidence grows with it. */
  private double boundary(double alpha) {
    double aim = Math.log(2 / alpha);
    double low = 0;
    double high = 2 * clip;
    while (logEvidence(high) < aim) {
      low = high;
      high *= 2;
    }
    while (high - low > 1e-9 * high) {
      double middle = (low + high) / 2;
      if (logEvidence(middle) < aim) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  private double logEvidence(double deviation) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < LAMBDAS; i++) {
      greatest = Math.max(greatest, lambdas[i] * deviation - psis[i] * variation);
    }
    double total = 0;
    for (int i = 0; i < LAMBDAS; i++) {
      total += Math.exp(lambdas[i] * deviation - psis[i] * variation - greatest);
    }
    return greatest + Math.log(total / LAMBDAS);
  }
}
