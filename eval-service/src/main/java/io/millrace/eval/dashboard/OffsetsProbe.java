package io.millrace.eval.dashboard;

import io.millrace.eval.dashboard.live.OffsetsReading;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.topics.GroupNames;
import io.millrace.schemas.topics.TopicNames;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the end offsets of topics and the committed offsets of the stages' groups, once a second
 * and without blocking. Call {@link #tick} from one thread; the sink is called on the admin
 * client's thread.
 */
final class OffsetsProbe implements AutoCloseable {
  private static final long EVERY_MS = 1_000;
  private static final long PATIENCE_MS = 15_000;

  private final Admin admin;
  private final String samples;
  private final TopicPartition trainLog;
  private final TopicPartition scoreSums;
  private final Map<String, String> groups;
  private final Consumer<OffsetsReading> sink;
  private long askedMs;
  private CompletableFuture<Void> asking = CompletableFuture.completedFuture(null);

  OffsetsProbe(PipelineConfig config, Consumer<OffsetsReading> sink) {
    TopicNames names = new TopicNames(config.pipeline());
    this.samples = config.samples().topic();
    this.trainLog = new TopicPartition(names.trainLog(), 0);
    this.scoreSums = new TopicPartition(names.scoreSums(), 0);
    GroupNames groupNames = new GroupNames(config.pipeline());
    this.groups =
        Map.of(
            OffsetsReading.WINDOWING, groupNames.windowing(),
            OffsetsReading.SCORING, groupNames.scoring(),
            OffsetsReading.AGGREGATION, groupNames.aggregation());
    this.sink = sink;
    this.admin = Admin.create(new HashMap<String, Object>(config.kafka()));
  }

  /** Sends a request if it is due and the previous one has ended or timed out. */
  void tick(long nowMs) {
    boolean answered = asking.isDone() || nowMs - askedMs > PATIENCE_MS;
    if (answered && nowMs - askedMs >= EVERY_MS) {
      askedMs = nowMs;
      asking = ask(nowMs);
    }
  }

  private CompletableFuture<Void> ask(long nowMs) {
    Map<String, CompletableFuture<Map<TopicPartition, OffsetAndMetadata>>> committed =
        new HashMap<>();
    groups.forEach(
        (stage, group) ->
            committed.put(
                stage,
                future(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                    .exceptionally(noGroup -> Map.of())));
    return future(admin.describeTopics(java.util.List.of(samples)).allTopicNames())
        .thenCompose(found -> ends(found.values().iterator().next().partitions().size()))
        .thenCombine(
            CompletableFuture.allOf(committed.values().toArray(CompletableFuture[]::new)),
            (ends, done) -> ends)
        .thenAccept(ends -> sink.accept(reading(nowMs, ends, committed)))
        .exceptionally(unanswered -> null);
  }

  private CompletionStage<Map<TopicPartition, Long>> ends(int partitions) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int i = 0; i < partitions; i++) {
      asked.put(new TopicPartition(samples, i), OffsetSpec.latest());
    }
    asked.put(trainLog, OffsetSpec.latest());
    asked.put(scoreSums, OffsetSpec.latest());
    return future(
            admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all())
        .thenApply(
            found -> {
              Map<TopicPartition, Long> ends = new HashMap<>();
              found.forEach((partition, end) -> ends.put(partition, end.offset()));
              return ends;
            });
  }

  private OffsetsReading reading(
      long nowMs,
      Map<TopicPartition, Long> ends,
      Map<String, CompletableFuture<Map<TopicPartition, OffsetAndMetadata>>> committed) {
    Map<String, OffsetsReading.StageOffsets> stages = new HashMap<>();
    committed.forEach(
        (stage, offsets) -> {
          String topic = stage.equals(OffsetsReading.AGGREGATION) ? scoreSums.topic() : samples;
          long done = 0;
          long lag = 0;
          boolean seen = false;
          for (var entry : offsets.getNow(Map.of()).entrySet()) {
            Long end = ends.get(entry.getKey());
            if (entry.getValue() != null && end != null && entry.getKey().topic().equals(topic)) {
              seen = true;
              done += entry.getValue().offset();
              lag += Math.max(0, end - entry.getValue().offset());
            }
          }
          if (seen) {
            stages.put(stage, new OffsetsReading.StageOffsets(done, lag));
          }
        });
    long produced = 0;
    int partitions = 0;
    for (var entry : ends.entrySet()) {
      if (entry.getKey().topic().equals(samples)) {
        produced += entry.getValue();
        partitions++;
      }
    }
    return new OffsetsReading(
        nowMs, partitions, produced, ends.getOrDefault(trainLog, 0L), Map.copyOf(stages));
  }

  private static <T> CompletableFuture<T> future(KafkaFuture<T> future) {
    return future.toCompletionStage().toCompletableFuture();
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
