package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.demo.Flights;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.config.PipelineLoader;
import io.millrace.schemas.features.SampleDecoder;
import io.millrace.schemas.features.rows.BatchAssembly;
import io.millrace.schemas.features.rows.RowCodec;
import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.features.rows.TrainBatchReader;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.trainer.leading.PipelineModel;
import io.millrace.trainer.training.Learner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The example of a model of one's own, exported from PyTorch. */
class OwnModelTest {
  private static final int PRETRAINED = 20_000;
  private static final int BATCHES = 400;
  private static final int BATCH = 50;

  private final LoadedPipeline pipeline =
      new PipelineLoader(Map.of(), List.of())
          .load(Path.of("../../examples/own-model/pipeline.yaml"));
  private final PipelineConfig config = pipeline.config();
  private final List<float[]> labels = new ArrayList<>();

  @Test
  void aModelFromPyTorchIsTrainedOnFromItsGivenWeights() {
    // given: the flights after those that the file's weights were trained on
    List<TrainBatchView> batches = nextFlights();
    try (Learner trained = Learner.create(PipelineModel.initial(pipeline), config);
        Learner given = Learner.create(PipelineModel.initial(pipeline), config)) {
      // when
      double first = 0;
      double lossOfTrained = 0;
      double lossOfGiven = 0;
      for (int i = 0; i < BATCHES; i++) {
        float[] logits = given.score(batches.get(i)).floats();
        double loss = trained.step(List.of(batches.get(i))).loss();
        if (i == 0) {
          first = loss - crossEntropy(logits, labels.get(0));
        }
        lossOfTrained += loss / BATCHES;
        lossOfGiven += crossEntropy(logits, labels.get(i)) / BATCHES;
      }

      // then: it began where the file stood, and follows the flights better than the file does
      assertThat(first).isCloseTo(0, within(1e-4));
      assertThat(lossOfTrained).isLessThan(lossOfGiven - 0.01);
    }
  }

  private List<TrainBatchView> nextFlights() {
    SampleDecoder decoder = new SampleDecoder(config);
    Rows row = decoder.rows(1);
    RowCodec codec = new RowCodec(decoder.inputs());
    BatchAssembly assembly = new BatchAssembly(codec, false);
    TrainBatchReader reader = new TrainBatchReader(decoder.inputs());
    List<TrainBatchView> batches = new ArrayList<>();
    List<byte[]> rows = new ArrayList<>();
    float[] late = new float[BATCH];
    try (Flights flights = Flights.ofJanuary2001()) {
      for (int i = 0; batches.size() < BATCHES; i++) {
        Flights.Flight flight = flights.next();
        if (i < PRETRAINED) {
          continue;
        }
        assertThat(decoder.decode(json(flight), 0, row, 0)).isNull();
        late[rows.size()] = flight.arrivalDelayMinutes() > 15 ? 1 : 0;
        rows.add(codec.encode(row, 0, i));
        if (rows.size() == BATCH) {
          byte[] batch = assembly.assemble(rows).setTopic("flights").build().toByteArray();
          batches.add(((TrainBatchReader.Read.Batch) reader.read(batch)).view());
          labels.add(late.clone());
          rows.clear();
        }
      }
    }
    return batches;
  }

  private static byte[] json(Flights.Flight flight) {
    return ("{\"scheduled\":\"%s\",\"origin\":\"%s\",\"destination\":\"%s\",\"distance_miles\":%d,"
            + "\"arrival_delay_minutes\":%d}")
        .formatted(
            flight.scheduled(),
            flight.origin(),
            flight.destination(),
            flight.distanceMiles(),
            flight.arrivalDelayMinutes())
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The mean over the samples, in nats. */
  private static double crossEntropy(float[] logits, float[] labels) {
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      double x = logits[i];
      sum += Math.max(x, 0) - x * labels[i] + Math.log1p(Math.exp(-Math.abs(x)));
    }
    return sum / labels.length;
  }
}
