package io.millrace.schemas.tuning;

import io.millrace.schemas.features.rows.BatchAssembly;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.RowCodec;
import io.millrace.schemas.features.rows.TrainBatchReader;
import io.millrace.schemas.features.rows.TrainBatchReader.Read;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.schemas.proto.TrainBatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Samples in the order of a stream, in memory, which are cut into batches of any size. Immutable
 * and thread-safe.
 */
public final class TuningSamples {
  private static final String TOPIC = "tuning";

  private final List<InputSpec> inputs;
  private final List<byte[]> rows;
  private final BatchAssembly assembly;
  private final TrainBatchReader reader;

  /**
   * @param classLabels whether labels are class indices
   * @param rows encoded by the codec, at least one; not copied
   */
  public TuningSamples(RowCodec codec, boolean classLabels, List<byte[]> rows) {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("no samples, expected at least one");
    }
    this.inputs = codec.inputs();
    this.rows = Collections.unmodifiableList(rows);
    this.assembly = new BatchAssembly(codec, classLabels);
    this.reader = new TrainBatchReader(inputs);
  }

  public List<InputSpec> inputs() {
    return inputs;
  }

  public int size() {
    return rows.size();
  }

  /**
   * A batch like those of the train log.
   *
   * @param from its first sample
   * @param count after the last sample, it continues with the first
   */
  public TrainBatchView batch(int from, int count) {
    TrainBatch.Builder batch = assembly.assemble(rows(from, count));
    batch.setTopic(TOPIC).setFirstOffset(from).clearOffsetDeltas();
    for (int i = 0; i < count; i++) {
      batch.addOffsetDeltas(i == 0 ? 0 : 1);
    }
    Read read = reader.read(batch.build().toByteArray());
    if (read instanceof Read.Batch made) {
      return made.view();
    }
    throw new IllegalStateException("assembled an invalid batch: " + read);
  }

  private List<byte[]> rows(int from, int count) {
    if (from + (long) count <= rows.size()) {
      return rows.subList(from, from + count);
    }
    List<byte[]> repeated = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      repeated.add(rows.get((int) ((from + (long) i) % rows.size())));
    }
    return repeated;
  }
}
