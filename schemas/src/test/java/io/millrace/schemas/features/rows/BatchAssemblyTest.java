package io.millrace.schemas.features.rows;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.features.SampleDecoder;
import io.millrace.schemas.features.SamplePipelines;
import io.millrace.schemas.proto.TrainBatch;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BatchAssemblyTest {
  private static final String RECORD =
      """
      {"id": %d, "at": "2026-03-02T06:00:0%d", "person": {"age": %d}, "taste": [%d, 0, 0], "city": "Graz",
       "churned": %s, "weight": %d}
      """;

  private final SampleDecoder decoder = SamplePipelines.decoder(SamplePipelines.CUSTOMERS);
  private final RowCodec codec = new RowCodec(decoder.inputs());

  @Test
  void rowsBecomeColumnsWithTheOffsetOfEverySample() {
    // given: offsets 4 and 6 were held out or rejected
    List<byte[]> rows = List.of(row(0, 3), row(1, 5), row(2, 7));

    // when
    TrainBatchView view = read(new BatchAssembly(codec, false).assemble(rows).build());

    // then
    assertThat(view.size()).isEqualTo(3);
    assertThat(List.of(view.offset(0), view.offset(1), view.offset(2))).containsExactly(3L, 5L, 7L);
    assertThat(view.nextOffset()).isEqualTo(8);
    assertThat(view.labels()).containsExactly(0, 1, 0);
    assertThat(view.weights()).containsExactly(1, 2, 3);
    assertThat(view.data(0).getFloat((2 * 10 + 3) * Float.BYTES)).isEqualTo(2);
    assertThat(view.data(1).asLongBuffer().get(2))
        .isEqualTo(Hashes.bucket("Graz".getBytes(UTF_8), 4, 100));
  }

  @Test
  void theSizeOfABatchStaysBelowItsBound() {
    // given
    List<byte[]> rows = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      rows.add(row(i % 9, Long.MAX_VALUE / 2 + i * 1_000_000_000L));
    }

    // when
    int bytes = new BatchAssembly(codec, true).assemble(rows).build().getSerializedSize();

    // then
    assertThat((long) bytes).isLessThanOrEqualTo(BatchAssembly.maxBytes(decoder.inputs(), 500));
  }

  @Test
  void aRowOfOtherFeaturesIsToldFromOneOfThese() {
    // given
    var other = new RowCodec(SamplePipelines.decoder(SamplePipelines.FIFTY_FLOATS).inputs());

    // when / then
    assertThat(codec.fits(row(0, 3))).isTrue();
    assertThat(other.fits(row(0, 3))).isFalse();
  }

  @Test
  void aRowIsStoredInTheSameBytesForEver() throws IOException {
    // given: written before the text behind a layout was fixed
    byte[] stored;
    try (InputStream in =
        Objects.requireNonNull(getClass().getResourceAsStream("/golden/row-v1.bin"))) {
      stored = in.readAllBytes();
    }

    // when
    byte[] row = row(1, 5);

    // then
    assertThat(codec.fits(stored)).isTrue();
    assertThat(row).isEqualTo(stored);
  }

  @Test
  void aBatchOfAnotherPipelineIsRejectedWithWhatWasExpected() {
    // given
    TrainBatch batch = new BatchAssembly(codec, false).assemble(List.of(row(0, 3))).build();
    var reader =
        new TrainBatchReader(SamplePipelines.decoder(SamplePipelines.FIFTY_FLOATS).inputs());

    // when
    TrainBatchReader.Read read = reader.read(batch.toByteArray());

    // then
    assertThat(read)
        .isInstanceOfSatisfying(
            TrainBatchReader.Read.RejectedBatch.class,
            rejected ->
                assertThat(rejected.rejection().detail())
                    .isEqualTo("the batch has 3 inputs, the pipeline 1"));
  }

  private byte[] row(int i, long offset) {
    Rows rows = decoder.rows(1);
    String record = RECORD.formatted(i, i, i, i, i % 2 == 1, i + 1);
    assertThat(decoder.decode(record.getBytes(UTF_8), 0, rows, 0)).isNull();
    return codec.encode(rows, 0, offset);
  }

  private TrainBatchView read(TrainBatch batch) {
    return ((TrainBatchReader.Read.Batch)
            new TrainBatchReader(decoder.inputs()).read(batch.toByteArray()))
        .view();
  }
}
