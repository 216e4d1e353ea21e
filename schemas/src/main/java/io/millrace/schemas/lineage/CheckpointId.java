package io.millrace.schemas.lineage;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A checkpoint's name: its step, and the term of the trainer that wrote it. A trainer that fences
 * another has a later term; another cluster, or a deleted and re-created topic, is another place.
 * So no name is used twice, even in a store that outlives its topics.
 *
 * @param step optimizer updates so far, >= 0
 * @param term the term of the trainer that wrote it
 */
public record CheckpointId(long step, Term term) {
  private static final Pattern TEXT = Pattern.compile("(\\d{12,})-(\\d+)\\.(\\d+)-([0-9a-f]{8})");

  /**
   * The time during which one trainer leads. Terms of one place are ordered by their beginning.
   *
   * @param place the first 8 hex digits of the id of the topic on which it announces
   * @param producerId of the trainer's transactional producer
   * @param producerEpoch with which that producer took over
   */
  public record Term(String place, long producerId, int producerEpoch) {
    private static final Comparator<Term> ORDER =
        Comparator.comparingLong(Term::producerId).thenComparingInt(Term::producerEpoch);

    /** Whether this term began before the other one, on the same topic. */
    public boolean isBefore(Term other) {
      return place.equals(other.place) && ORDER.compare(this, other) < 0;
    }
  }

  /** Its text form. The order of these texts is the order of steps. */
  public String text() {
    return "%012d-%d.%d-%s".formatted(step, term.producerId, term.producerEpoch, term.place);
  }

  /** Parses a name; empty if the text is not a checkpoint's name. */
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
