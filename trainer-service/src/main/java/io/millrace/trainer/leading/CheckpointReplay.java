package io.millrace.trainer.leading;

import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.TrainBatchReader;
import io.millrace.schemas.features.rows.TrainBatchView;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.kafka.TopicRead;
import io.millrace.schemas.lineage.CheckpointId;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.SettingsEpoch;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.topics.Announcements;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.trainer.checkpoint.WeightsHash;
import io.millrace.trainer.training.Learner;
import io.millrace.trainer.training.TrainingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Trains again from a checkpoint along the train log, and compares the resulting weights with those
 * of the checkpoint announced at the end. Announces and stores nothing. Confined to one thread.
 */
public final class CheckpointReplay {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final LoadedPipeline pipeline;
  private final PipelineConfig config;
  private final CheckpointStore store;
  private final TopicPartition trainLog;

  public CheckpointReplay(LoadedPipeline pipeline, CheckpointStore store) {
    this.pipeline = pipeline;
    this.config = pipeline.config();
    this.store = store;
    this.trainLog = new TopicPartition(new TopicNames(config.pipeline()).trainLog(), 0);
  }

  /**
   * The result of a replay.
   *
   * @param steps the number of steps taken
   * @param announcedHash hash of weights and optimizer state, as announced
   * @param replayedHash the same hash, as replayed
   * @param differences by setting, what differed when the steps were first taken: "recorded, here";
   *     if not empty, different weights prove nothing
   */
  public record ReplayOutcome(
      long steps, String announcedHash, String replayedHash, Map<String, String> differences) {
    public boolean isSame() {
      return announcedHash.equals(replayedHash);
    }
  }

  /**
   * Replays.
   *
   * @param from the checkpoint to start from
   * @param toOffset the train-log offset of a checkpoint that was announced later
   * @throws TrainingException if there is no such checkpoint, or the train log no longer has the
   *     batches
   */
  public ReplayOutcome run(CheckpointId from, long toOffset) {
    try (Consumer<byte[], byte[]> consumer = CommittedReader.open(config.kafka())) {
      Announcements announced =
          Announcements.read(consumer, new TopicNames(config.pipeline()).checkpoints());
      Checkpoint start =
          announced
              .find(from)
              .orElseThrow(
                  () -> new TrainingException("no checkpoint " + from + "; " + list(announced)));
      Checkpoint target = targetAt(toOffset, start, announced);
      TrainingPosition position =
          new TermStart.Resumption(pipeline, store).from(start, 0, Set.of());
      try (Learner learner = position.learner()) {
        long before = learner.step();
        train(consumer, learner, position.offset(), target);
        return new ReplayOutcome(
            learner.step() - before,
            target.getWeightsSha256(),
            WeightsHash.of(learner.state()),
            differences(learner, start, target));
      }
    }
  }

  private static Checkpoint targetAt(long offset, Checkpoint start, Announcements announced) {
    if (offset <= start.getTrainLogOffset()) {
      throw new TrainingException(
          "--to is %d, but checkpoint %s is at offset %d; give a larger offset"
              .formatted(offset, start.getId(), start.getTrainLogOffset()));
    }
    return announced.inOrder().stream()
        .filter(checkpoint -> checkpoint.getTrainLogOffset() == offset)
        .findFirst()
        .orElseThrow(
            () ->
                new TrainingException(
                    "no checkpoint was announced at offset " + offset + "; " + list(announced)));
  }

  private static String list(Announcements announced) {
    return announced.inOrder().stream()
        .map(checkpoint -> checkpoint.getId() + " at offset " + checkpoint.getTrainLogOffset())
        .collect(Collectors.joining(", ", "there are: ", ""));
  }

  private void train(
      Consumer<byte[], byte[]> consumer, Learner learner, long fromOffset, Checkpoint target) {
    consumer.assign(List.of(trainLog));
    long begin = consumer.beginningOffsets(List.of(trainLog)).getOrDefault(trainLog, 0L);
    if (begin > fromOffset) {
      throw new TrainingException(
          "%s begins at offset %d, but the checkpoint is at offset %d: the batches between were trimmed; take a newer checkpoint"
              .formatted(trainLog, begin, fromOffset));
    }
    consumer.seek(trainLog, fromOffset);
    TrainBatchReader reader = new TrainBatchReader(InputSpec.of(config.features()));
    List<TrainBatchView> pending = new ArrayList<>();
    AtomicLong stepOffset = new AtomicLong(fromOffset);
    if (learner.step() >= target.getStep()) {
      return;
    }
    boolean isEnd =
        new TopicRead<>(consumer, TIMEOUT)
            .readWhile(
                consumer.endOffsets(List.of(trainLog)),
                record -> {
                  if (record.value() != null
                      && reader.read(record.value()) instanceof TrainBatchReader.Read.Batch batch) {
                    pending.add(batch.view());
                  }
                  if (pending.size() == learner.batchesPerStep()) {
                    learner.limitPasses(ceilingAt(stepOffset.get(), target));
                    learner.step(pending);
                    pending.clear();
                    stepOffset.set(record.offset() + 1);
                  }
                  return learner.step() < target.getStep();
                });
    if (isEnd && learner.step() < target.getStep()) {
      throw new TrainingException(
          "%s ends at step %d, but the checkpoint is of step %d; check that the train log is complete"
              .formatted(trainLog, learner.step(), target.getStep()));
    }
  }

  /**
   * The limit on samples per pass at an offset. After memory ran out, passes were smaller from that
   * step on.
   */
  private static int ceilingAt(long offset, Checkpoint target) {
    int ceiling = 0;
    for (SettingsEpoch epoch : target.getSettingsHistoryList()) {
      if (epoch.getFromTrainLogOffset() <= offset) {
        ceiling =
            Integer.parseInt(epoch.getSettingsMap().getOrDefault(SettingsHistory.CEILING, "0"));
      }
    }
    return ceiling;
  }

  private Map<String, String> differences(Learner learner, Checkpoint start, Checkpoint target) {
    Map<String, String> here = SettingsHistory.of(config, learner);
    Map<String, String> differences = new TreeMap<>();
    List<SettingsEpoch> epochs = new SettingsHistory(target.getSettingsHistoryList()).epochs();
    for (int i = 0; i < epochs.size(); i++) {
      boolean isPast =
          i + 1 < epochs.size()
              && epochs.get(i + 1).getFromTrainLogOffset() <= start.getTrainLogOffset();
      if (!isPast) {
        compare(epochs.get(i).getSettingsMap(), here, differences);
      }
    }
    return differences;
  }

  static void compare(
      Map<String, String> recorded, Map<String, String> here, Map<String, String> differences) {
    here.forEach(
        (key, valueHere) -> {
          String value = recorded.getOrDefault(key, "not recorded");
          if (!key.equals(SettingsHistory.CEILING) && !value.equals(valueHere)) {
            differences.put(key, value + ", here " + valueHere);
          }
        });
    recorded.forEach(
        (key, value) -> {
          if (!here.containsKey(key)) {
            differences.put(key, value + ", here unknown");
          }
        });
  }
}
