package io.millrace.schemas.features.columns;

import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.features.rows.Rows;
import org.jspecify.annotations.Nullable;

/** A time's position in a cycle, as sine and cosine of its angle. */
final class CyclicColumn implements Column {
  private static final long DAY_MS = 86_400_000L;
  private static final int MINUTES = 1440;

  private final TimeField time;
  private final ColumnPlace place;
  private final boolean week;
  private final float[] sines;
  private final float[] cosines;

  private CyclicColumn(TimeField time, ColumnPlace place, boolean week, int steps) {
    this.time = time;
    this.place = place;
    this.week = week;
    this.sines = new float[steps];
    this.cosines = new float[steps];
    for (int i = 0; i < steps; i++) {
      sines[i] = (float) Math.sin(2 * Math.PI * i / steps);
      cosines[i] = (float) Math.cos(2 * Math.PI * i / steps);
    }
  }

  /** With a resolution of one minute. */
  static CyclicColumn timeOfDay(TimeField time, ColumnPlace place) {
    return new CyclicColumn(time, place, false, MINUTES);
  }

  /** With a resolution of one day; Monday has angle 0. */
  static CyclicColumn dayOfWeek(TimeField time, ColumnPlace place) {
    return new CyclicColumn(time, place, true, 7);
  }

  @Override
  public @Nullable Rejection write(Rows rows, int row) {
    Rejection rejection = time.read();
    if (rejection != null) {
      return rejection;
    }
    long local = time.localMs();
    // 1970-01-01 was a Thursday.
    int step =
        (int)
            (week
                ? Math.floorMod(Math.floorDiv(local, DAY_MS) + 3, 7L)
                : Math.floorMod(local, DAY_MS) / 60_000);
    place.put(rows, row, 0, sines[step]);
    place.put(rows, row, 1, cosines[step]);
    return null;
  }
}
