package io.millrace.eval.promotion;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.schemas.config.PromotionConfig;
import io.millrace.schemas.proto.PairedSums;
import io.millrace.schemas.proto.TrialState;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A challenger's trial against the champion. Paired sums are added in the order of their topic; the
 * outcome can be read at any time. A comparison with another champion is another trial, with its
 * own number. Confined to one thread.
 *
 * <p>A rollback is tried likewise, with what was replaced as the challenger.
 */
public final class Trial {
  /*
   * The k-th trial of a pipeline gets the level 6 alpha / (pi^2 k^2). These sum to alpha, so alpha bounds the chance that any of all
   * its challengers, ever, is promoted without having been better on its trial's samples (half of it, in fact: the other half
   * guards the rejections).
   *
   * A regime that passes is a true but short-lived difference, against which no test of this kind guards. Hence min_windows,
   * for every outcome: a time-out waits for them, too, or a stream with more than max_samples in min_windows windows could
   * never promote at all.
   */
  private static final int WINDOWS_COUNTED = 1000;

  private final PromotionConfig config;
  private final Pair pair;
  private final long number;
  private final long notBeforeMs;
  private final ConfidenceSequence differences;
  private final Set<Long> windows;
  private long clipped;
  private long latestMs;

  private Trial(PromotionConfig config, TrialState state) {
    this.config = config;
    this.pair = new Pair(state.getChampionId(), state.getChallengerId());
    this.number = state.getNumber();
    this.notBeforeMs = state.getNotBeforeMs();
    this.differences =
        new ConfidenceSequence(
            config.clip(), state.getCount(), state.getDifference(), state.getVariation());
    this.windows = new TreeSet<>(state.getWindowsList());
    this.clipped = state.getClipped();
    this.latestMs = state.getLatestMs();
  }

  /**
   * Before its first sample.
   *
   * @param number which trial of the pipeline it is, from 1, rollbacks and trials that were cut
   *     short included
   * @param lastPromotionMs event time of the last promotion, from which the cool-down counts;
   *     {@link Long#MIN_VALUE}: none
   */
  public static Trial start(PromotionConfig config, Pair pair, long number, long lastPromotionMs) {
    long coolDownMs = config.coolDown().toMillis();
    boolean none = lastPromotionMs == Long.MIN_VALUE;
    return new Trial(
        config,
        TrialState.newBuilder()
            .setChampionId(pair.championId())
            .setChallengerId(pair.challengerId())
            .setNumber(number)
            .setNotBeforeMs(none ? Long.MIN_VALUE : lastPromotionMs + coolDownMs)
            .setLatestMs(Long.MIN_VALUE)
            .build());
  }

  /** The level that the k-th trial gets. */
  public static double levelOf(long number, double alpha) {
    return alpha * 6 / (Math.PI * Math.PI * number * number);
  }

  /**
   * Adds the pair's sums over one event-time window of one partition.
   *
   * @throws IllegalArgumentException if they are another pair's
   */
  public void add(PairedSums sums, long windowStartMs, long windowEndMs) {
    Pair theirs = new Pair(sums.getChampionId(), sums.getChallengerId());
    if (!theirs.equals(pair)) {
      throw new IllegalArgumentException(
          "the trial compares %s, the sums compare %s".formatted(pair, theirs));
    }
    if (sums.getCount() == 0) {
      return;
    }
    differences.add(sums.getCount(), sums.getDifference(), sums.getDifferenceSquared());
    clipped += sums.getClipped();
    latestMs = Math.max(latestMs, windowEndMs);
    if (windows.size() < Math.max(WINDOWS_COUNTED, config.minWindows())) {
      windows.add(windowStartMs);
    }
  }

  /** After all that was added. */
  public TrialOutcome outcome() {
    if (differences.count() < config.minSamples() || windows.size() < config.minWindows()) {
      return TrialOutcome.UNDECIDED;
    }
    if (differences.isAboveZero(level())) {
      return TrialOutcome.REJECT;
    }
    if (differences.isBelowZero(level())) {
      return latestMs < notBeforeMs ? TrialOutcome.UNDECIDED : TrialOutcome.PROMOTE;
    }
    return differences.count() < config.maxSamples()
        ? TrialOutcome.UNDECIDED
        : TrialOutcome.TIME_OUT;
  }

  public Pair pair() {
    return pair;
  }

  /**
   * The end of the latest window that was added, from which a cool-down counts; {@link
   * Long#MIN_VALUE} before.
   */
  public long eventTimeMs() {
    return latestMs;
  }

  private double level() {
    return levelOf(number, config.alpha());
  }

  public Figures figures() {
    long count = differences.count();
    return new Figures(
        number,
        level(),
        count,
        windows.size(),
        differences.mean(),
        differences.lower(level()),
        differences.upper(level()),
        count == 0 ? 0 : (double) clipped / count);
  }

  /** For {@link #tryParse}. */
  public byte[] toBytes() {
    return TrialState.newBuilder()
        .setChampionId(pair.championId())
        .setChallengerId(pair.challengerId())
        .setNumber(number)
        .setClip(config.clip())
        .setNotBeforeMs(notBeforeMs)
        .setCount(differences.count())
        .setDifference(differences.sum())
        .setVariation(differences.variation())
        .setClipped(clipped)
        .setLatestMs(latestMs)
        .addAllWindows(windows)
        .build()
        .toByteArray();
  }

  /**
   * The trial that gave these bytes, to go on bit for bit; empty if {@code promotion.clip} was
   * another then: the sums so far and those to come do not add up, and the challenger needs another
   * trial.
   *
   * @throws IllegalArgumentException if they are no trial's
   */
  public static Optional<Trial> tryParse(PromotionConfig config, byte[] bytes) {
    try {
      TrialState state = TrialState.parseFrom(bytes);
      return state.getClip() == config.clip()
          ? Optional.of(new Trial(config, state))
          : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "%d bytes are no trial's state (%s)".formatted(bytes.length, e.getMessage()), e);
    }
  }
}
