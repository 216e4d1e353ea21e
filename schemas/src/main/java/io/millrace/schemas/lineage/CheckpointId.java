package io.millrace.schemas.lineage;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A checkpoint's name: its step, the producer and epoch with which its writer came to lead, and the
 * topic that announces it. Who fences another has a later term; another cluster, or a topic made
 * again, is another place. So no name is used twice, even in a store that outlives its topics.
 *
 * @param step optimizer updates so far, >= 0
 * @param term whose it is
 */
public record CheckpointId(long step, Term term) {
  private static final Pattern TEXT = Pattern.compile("(\\d{12,})-(\\d+)\\.(\\d+)-([0-9a-f]{8})");

  /**
   * The time in which one trainer led. Terms of one place are in the order in which they began.
   *
   * @param place of the topic that announces, 8 hex digits of its id
   */
  public record Term(String place, long producerId, int producerEpoch) {
    private static final Comparator<Term> ORDER =
        Comparator.comparingLong(Term::producerId).thenComparingInt(Term::producerEpoch);

    /** Whether this one began before the other, on the same topic. */
    public boolean isBefore(Term other) {
      return place.equals(other.place) && ORDER.compare(this, other) < 0;
    }
  }

  /** Sorts by step as text. */
  public String text() {
    return "%012d-%d.%d-%s".formatted(step, term.producerId, term.producerEpoch, term.place);
  }

  /** Empty if it is no name of a checkpoint. */
  public static Optional<CheckpointId> tryParse(String text) {
    Matcher parts = TEXT.matcher(text);
    return parts.matches()
        ? Optional.of(
            new CheckpointId(
                Long.parseLong(parts.group(1)),
                new Term(
                    parts.group(4),
                    Long.parseLong(parts.group(2)),
                    Integer.parseInt(parts.group(3)))))
        : Optional.empty();
  }
}
