package io.millrace.eval.commit;

import io.millrace.eval.intake.PartitionState;
import io.millrace.eval.lineup.AnnouncedCheckpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What counted for which checkpoint since the last commit. Confined to the scoring thread. */
public final class CountedSamples {
  private record CountedKey(String checkpoint, int partition) {}

  private final Map<CountedKey, Counted> counted = new HashMap<>();
  private @Nullable Counted lastUsed;
  private @Nullable PartitionState lastState;

  public Counted of(AnnouncedCheckpoint checkpoint, PartitionState state) {
    Counted last = lastUsed;
    if (last != null && lastState == state && last.checkpoint().equals(checkpoint)) {
      return last;
    }
    Counted found =
        counted.computeIfAbsent(
            new CountedKey(checkpoint.id(), state.partition.partition()),
            place -> new Counted(checkpoint, state));
    lastUsed = found;
    lastState = state;
    return found;
  }

  /** Those with samples; begins anew. */
  public List<Counted> take() {
    List<Counted> taken = new ArrayList<>(counted.values());
    taken.removeIf(each -> each.count() == 0);
    clear();
    return taken;
  }

  public void clear() {
    counted.clear();
    lastUsed = null;
    lastState = null;
  }
}
