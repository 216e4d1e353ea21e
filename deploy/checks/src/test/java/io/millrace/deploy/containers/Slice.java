package io.millrace.deploy.containers;

import io.millrace.demo.FlightRecords;
import io.millrace.demo.Flights;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.Holdout;
import io.millrace.schemas.features.SampleDecoder;
import io.millrace.schemas.features.rows.Rows;
import java.util.ArrayList;
import java.util.List;

/**
 * The first of the flights, and of the broken records between them, as one partition holds them;
 * and what must become of each.
 *
 * @param records their values
 * @param trained the offsets that must be trained on, in order: full batches of what decodes and is
 *     not held out
 * @param deadLetters the offsets of what does not decode
 */
record Slice(List<byte[]> records, List<Long> trained, List<Long> deadLetters, int batch) {
  private static final int FLIGHTS = 12_000;

  static Slice of(PipelineConfig config) {
    SampleDecoder decoder = new SampleDecoder(config);
    Rows row = decoder.rows(1);
    Holdout holdout = new Holdout(config.holdout());
    List<byte[]> records = new ArrayList<>();
    List<Long> trained = new ArrayList<>();
    List<Long> deadLetters = new ArrayList<>();
    try (Flights flights = Flights.ofJanuary2001()) {
      FlightRecords feed = new FlightRecords(flights, FLIGHTS);
      for (long offset = 0; feed.hasNext(); offset++) {
        byte[] record = feed.next();
        records.add(record);
        if (decoder.decode(record, 0, row, 0) != null) {
          deadLetters.add(offset);
        } else if (!holdout.includes(null, row.holdoutHash(0), 0, offset)) {
          trained.add(offset);
        }
      }
    }
    int batch = config.training().perDeviceTrainBatchSize();
    return new Slice(
        records, trained.subList(0, trained.size() / batch * batch), deadLetters, batch);
  }

  int size() {
    return records.size();
  }

  /** Steps until all full batches are trained on. */
  int steps() {
    return trained.size() / batch;
  }

  List<byte[]> firstHalf() {
    return records.subList(0, size() / 2);
  }

  List<byte[]> secondHalf() {
    return records.subList(size() / 2, size());
  }
}
