package io.millrace.demo;

import io.millrace.schemas.proto.DeadLetter.Reason;
import java.util.Iterator;

/**
 * The record values that the demo sends: flights in order, and after every {@value
 * #FLIGHTS_PER_BROKEN} flights one deliberately broken record, each time for another reason. The
 * same flights give the same records. Confined to one thread; the caller closes the flights.
 */
public final class FlightRecords implements Iterator<byte[]> {
  static final int FLIGHTS_PER_BROKEN = 800;

  private final Iterator<Flights.Flight> flights;
  private final FlightJson json = new FlightJson();
  private Flights.Flight last = new Flights.Flight("", "", "", 0, 0);
  private long left;
  private int sinceBroken;
  private int broken;

  public FlightRecords(Iterator<Flights.Flight> flights) {
    this(flights, Long.MAX_VALUE);
  }

  /**
   * @param limit at most this many flights
   */
  public FlightRecords(Iterator<Flights.Flight> flights, long limit) {
    this.flights = flights;
    this.left = limit;
  }

  @Override
  public boolean hasNext() {
    return sinceBroken == FLIGHTS_PER_BROKEN || (left > 0 && flights.hasNext());
  }

  @Override
  public byte[] next() {
    if (sinceBroken == FLIGHTS_PER_BROKEN) {
      sinceBroken = 0;
      Reason reason = FlightJson.BREAKABLE.get(broken++ % FlightJson.BREAKABLE.size());
      return json.encodeBroken(last, reason);
    }
    sinceBroken++;
    left--;
    last = flights.next();
    return json.encode(last);
  }
}
