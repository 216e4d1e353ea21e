package io.millrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.millrace.schemas.config.PipelineConfig;
import io.millrace.schemas.kafka.CommittedReader;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.PartitionOffset;
import io.millrace.schemas.topics.Announcements;
import io.millrace.schemas.topics.TopicNames;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the checkpoints that exist, with their lineage. */
@Command(
    name = "checkpoints",
    description = "Lists the checkpoints that are announced and not deleted, with their lineage.",
    mixinStandardHelpOptions = true)
final class CheckpointsCommand implements Callable<Integer> {
  @Spec private CommandSpec command = CommandSpec.create();
  @Mixin private PipelineOptions pipeline = new PipelineOptions();

  @Option(names = "--json", description = "Prints a JSON list, oldest first.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    PipelineConfig config = pipeline.loadAndReach().config();
    List<Checkpoint> checkpoints;
    try (var consumer = CommittedReader.open(config.kafka())) {
      checkpoints =
          Announcements.read(consumer, new TopicNames(config.pipeline()).checkpoints()).inOrder();
    }
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
      out.println(
          mapper.writeValueAsString(checkpoints.stream().map(CheckpointsCommand::toJson).toList()));
      return 0;
    }
    out.println(
        "%-36s %10s %10s %12s %10s  %s"
            .formatted("id", "step", "offset", "samples", "loss", "lineage, per partition"));
    checkpoints.forEach(checkpoint -> out.println(line(checkpoint)));
    return 0;
  }

  private static String line(Checkpoint checkpoint) {
    String seen =
        checkpoint.getLineage().getPartitionsList().stream()
            .map(
                place ->
                    "%s-%d<%d".formatted(place.getTopic(), place.getPartition(), place.getOffset()))
            .collect(Collectors.joining(" "));
    return "%-36s %10d %10d %12d %10.5f  %s"
        .formatted(
            checkpoint.getId(),
            checkpoint.getStep(),
            checkpoint.getTrainLogOffset(),
            checkpoint.getSamplesTrained(),
            checkpoint.getMetrics().getLoss(),
            seen);
  }

  private static Map<String, Object> toJson(Checkpoint checkpoint) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", checkpoint.getId());
    fields.put("step", checkpoint.getStep());
    fields.put("train_log_offset", checkpoint.getTrainLogOffset());
    fields.put("created", Instant.ofEpochMilli(checkpoint.getCreatedMs()).toString());
    fields.put("samples_trained", checkpoint.getSamplesTrained());
    fields.put("samples_poisoned", checkpoint.getSamplesPoisoned());
    fields.put("loss", checkpoint.getMetrics().getLoss());
    fields.put("parity_max_difference", checkpoint.getParityMaxDifference());
    fields.put("model", checkpoint.getModel().getPath());
    fields.put("model_bytes", checkpoint.getModel().getSizeBytes());
    fields.put("weights_sha256", checkpoint.getWeightsSha256());
    fields.put(
        "lineage",
        checkpoint.getLineage().getPartitionsList().stream()
            .map(CheckpointsCommand::toJson)
            .toList());
    return fields;
  }

  private static Map<String, Object> toJson(PartitionOffset place) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("topic", place.getTopic());
    fields.put("topic_id", place.getTopicId());
    fields.put("partition", place.getPartition());
    fields.put("offset", place.getOffset());
    return fields;
  }
}
