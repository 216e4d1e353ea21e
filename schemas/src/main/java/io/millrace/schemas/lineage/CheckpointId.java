package io.millrace.schemas.lineage;

import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a checkpoint: one text, used as the key of its announcement, as its directory in the
 * store and in every message about it. Immutable. Ids are equal, and ordered, as their texts are.
 *
 * <p>The trainer's ids hold the step, and the producer id and epoch of the trainer that wrote it,
 * and the topic that announces it: {@code 000000000420-1000.3-9f3a61c0}. A trainer that fences
 * another has a later {@link Term}; a topic that was deleted and created again has another place.
 * So no id is used twice, even in a store that outlives its topics. Ids of other writers are valid,
 * too; they have no {@link #term}.
 *
 * @param text 1 to {@value #MAX_LENGTH} characters, not all of them blanks, none of them {@code /}
 *     or a control character
 */
public record CheckpointId(String text) implements Comparable<CheckpointId> {
  /** The most characters of an id. */
  public static final int MAX_LENGTH = 200;

  private static final Pattern STEP = Pattern.compile("(\\d{12,18})-.*");
  private static final Pattern WITH_TERM =
      Pattern.compile("\\d{12,18}-(\\d{1,18})\\.(\\d{1,9})-([0-9a-f]{8})");

  /**
   * The period in which one trainer led. Terms of one place are ordered by their beginning.
   *
   * @param place of the announcing topic: the first 8 hex digits of its id
   */
  public record Term(String place, long producerId, int producerEpoch) {
    private static final Comparator<Term> ORDER =
        Comparator.comparingLong(Term::producerId).thenComparingInt(Term::producerEpoch);

    /** Whether this term began before the other, on the same topic. */
    public boolean isBefore(Term other) {
      return place.equals(other.place) && ORDER.compare(this, other) < 0;
    }
  }

  /**
   * @throws IllegalArgumentException if the text cannot be an id
   */
  public CheckpointId {
    if (!isValid(text)) {
      throw new IllegalArgumentException(
          "'%s' cannot be the id of a checkpoint: an id has 1 to %d characters, and neither '/' nor control characters; millrace checkpoints lists the ids"
              .formatted(text, MAX_LENGTH));
    }
  }

  /**
   * @throws IllegalArgumentException if the text cannot be an id
   */
  public static CheckpointId of(String text) {
    return new CheckpointId(text);
  }

  /**
   * The id that the trainer gives to its checkpoint. Ids of one term are ordered by step.
   *
   * @param step optimizer updates so far, >= 0
   */
  public static CheckpointId of(long step, Term term) {
    return new CheckpointId(
        "%012d-%d.%d-%s".formatted(step, term.producerId, term.producerEpoch, term.place));
  }

  /** Empty if the text cannot be an id. */
  public static Optional<CheckpointId> tryOf(String text) {
    return isValid(text) ? Optional.of(new CheckpointId(text)) : Optional.empty();
  }

  private static boolean isValid(String text) {
    return !text.isBlank()
        && text.length() <= MAX_LENGTH
        && text.chars().noneMatch(c -> c == '/' || Character.isISOControl(c));
  }

  /** The step that the id begins with; empty if it does not begin with one. */
  public OptionalLong step() {
    Matcher parts = STEP.matcher(text);
    return parts.matches() ? OptionalLong.of(Long.parseLong(parts.group(1))) : OptionalLong.empty();
  }

  /** The term of the trainer that wrote it; empty if the id does not have the trainer's form. */
  public Optional<Term> term() {
    Matcher parts = WITH_TERM.matcher(text);
    return parts.matches()
        ? Optional.of(
            new Term(
                parts.group(3), Long.parseLong(parts.group(1)), Integer.parseInt(parts.group(2))))
        : Optional.empty();
  }

  @Override
  public int compareTo(CheckpointId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
