package io.millrace.trainer.leading;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.kafka.TopicRead;
import io.millrace.schemas.proto.TrainProgress;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.trainer.TrainerService;
import io.millrace.trainer.TrainerService.Half;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ProgressTest {
  @RegisterExtension private static final TrainersBroker BROKER = new TrainersBroker();

  @TempDir private Path directory;

  @Test
  void progressIsPublishedEveryLoggingStepsAndAtTheEnd() throws Exception {
    // given: steps that take some milliseconds each, so that the writer's thread keeps up
    Path file =
        BROKER
            .logs(directory)
            .pipeline(
                "progress",
                43,
                "max_steps: 43, logging_steps: 10",
                "{recipe: mlp, hidden: [512, 512]}",
                "");

    // when
    try (TrainerService service =
        TrainerService.start(FilledLog.load(file), EnumSet.of(Half.TRAINING))) {
      service.end().get(60, TimeUnit.SECONDS);
    }

    // then: the first multiple is reported, and of the others those a quarter of a second apart
    List<Long> steps = steps("progress");
    assertThat(steps).startsWith(0L, 10L).endsWith(43L).isSubsetOf(0L, 10L, 20L, 30L, 40L, 43L);
  }

  /** The step of each report, in order. */
  private static List<Long> steps(String pipeline) {
    List<Long> steps = new ArrayList<>();
    try (var consumer =
        CommittedReader.open(Map.of("bootstrap.servers", BROKER.bootstrapServers()))) {
      new TopicRead<>(consumer)
          .readAll(
              List.of(new TopicPartition(new TopicNames(pipeline).progress(), 0)),
              record -> steps.add(parse(record.value()).getStep()));
    }
    return steps;
  }

  private static TrainProgress parse(byte[] value) {
    try {
      return TrainProgress.parseFrom(value);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
