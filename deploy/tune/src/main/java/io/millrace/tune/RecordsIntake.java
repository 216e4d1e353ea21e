package io.millrace.tune;

import io.millrace.records.RecordsException;
import io.millrace.records.RecordsFile;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.topics.Origin;
import io.millrace.tune.SampleIntake.SamplesRead;
import java.nio.file.Path;

/**
 * Reads samples from a file. The order of the file is that of the stream; rows are offsets of one
 * partition.
 */
final class RecordsIntake {
  private final Path file;
  private final PipelineConfig config;

  RecordsIntake(Path file, PipelineConfig config) {
    this.file = file;
    this.config = config;
  }

  /**
   * Reads the file.
   *
   * @param from rows to skip at the beginning
   * @param count the highest number of rows to read
   * @throws RecordsException if the file cannot be read
   * @throws TuneException if it contains no sample
   */
  SamplesRead read(long from, int count) {
    SampleIntake intake = new SampleIntake(config);
    try (RecordsFile records = RecordsFile.open(file, config)) {
      for (long row = 0; row < from + count && records.hasNext(); row++) {
        byte[] value = records.next();
        if (row >= from) {
          intake.add(null, value, row, 0, row, new Origin(0, row));
        }
      }
    }
    return intake.finish(file.toString());
  }
}
