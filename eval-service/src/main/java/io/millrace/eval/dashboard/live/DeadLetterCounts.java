package io.millrace.eval.dashboard.live;

import io.millrace.schemas.proto.DeadLetter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Dead letters by reason, and the newest of them. Not thread-safe. */
final class DeadLetterCounts {
  private final Map<String, Long> byReason = new TreeMap<>();
  private final BoundedMap<String, String> reasonOf = new BoundedMap<>(Bounds.DEAD_LETTER_KEYS);
  private final Deque<Letter> newest = new ArrayDeque<>();
  private long waiting;
  private long sentBack;
  private long version;

  /** One letter, without the record's bytes. */
  record Letter(
      String topic, int partition, long offset, String reason, String detail, long rejectedMs) {}

  /**
   * Dead letters in the API.
   *
   * @param waiting letters in the topic that were not sent back
   */
  record DeadLettersView(long waiting, long sentBack, Map<String, Long> byReason) {}

  void onLetter(String key, DeadLetter letter, long version) {
    String reason = ApiNames.lower(letter.getReason());
    if (reasonOf.put(key, reason) != null) {
      return;
    }
    this.version = version;
    byReason.merge(reason, 1L, Long::sum);
    waiting++;
    newest.addFirst(
        new Letter(
            Bounds.cut(letter.getTopic()),
            letter.getPartition(),
            letter.getOffset(),
            reason,
            Bounds.cut(letter.getDetail()),
            letter.getRejectedMs()));
    if (newest.size() > Bounds.DEAD_LETTERS) {
      newest.removeLast();
    }
  }

  /** A tombstone: the record was sent back. */
  void onSentBack(String key, long version) {
    this.version = version;
    sentBack++;
    String reason = reasonOf.remove(key);
    if (reason != null) {
      byReason.computeIfPresent(reason, (any, count) -> count > 1 ? count - 1 : null);
      waiting--;
    }
  }

  DeadLettersView view() {
    return new DeadLettersView(
        waiting, sentBack, Collections.unmodifiableMap(new TreeMap<>(byReason)));
  }

  List<Letter> newest() {
    return new ArrayList<>(newest);
  }

  long version() {
    return version;
  }
}
