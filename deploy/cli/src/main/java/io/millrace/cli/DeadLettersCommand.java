package io.millrace.cli;

import io.millrace.schemas.proto.DeadLetter;
import io.millrace.trainer.deadletters.DeadLetterBox;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Rejected records and poisoned samples. */
@Command(
    name = "dead-letters",
    description =
        "Lists rejected records and poisoned samples with their reasons, and sends them back after a fix.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class DeadLettersCommand {
  @Spec private CommandSpec command = CommandSpec.create();

  @Command(
      name = "list",
      description = "Prints one line per record that was not sent back, oldest first.",
      mixinStandardHelpOptions = true)
  int list(
      @Mixin PipelineOptions pipeline,
      @Option(
              names = "--reason",
              paramLabel = "REASON",
              description = "Only dead letters with this reason.")
          @Nullable String reason,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "100",
              description = "The highest number of lines (default: ${DEFAULT-VALUE}).")
          long limit) {
    Predicate<DeadLetter> wanted = matches(reason);
    Map<String, DeadLetter> letters = new DeadLetterBox(pipeline.loadAndReach().config()).read();
    PrintWriter out = command.commandLine().getOut();
    letters.entrySet().stream()
        .filter(entry -> wanted.test(entry.getValue()))
        .limit(limit)
        .forEach(entry -> out.println(line(entry.getKey(), entry.getValue())));
    return 0;
  }

  @Command(name = "count", description = "Counts them by reason.", mixinStandardHelpOptions = true)
  int count(@Mixin PipelineOptions pipeline) {
    Map<String, Long> counts =
        new DeadLetterBox(pipeline.loadAndReach().config())
            .read().values().stream()
                .collect(
                    Collectors.groupingBy(
                        DeadLettersCommand::reason, TreeMap::new, Collectors.counting()));
    PrintWriter out = command.commandLine().getOut();
    counts.forEach((reason, count) -> out.println("%10d %s".formatted(count, reason)));
    out.println("%10d in all".formatted(counts.values().stream().mapToLong(Long::longValue).sum()));
    return 0;
  }

  @Command(
      name = "send-back",
      description =
          "Sends them to the samples' topic again, each once. They keep the place where they were first"
              + " read, so the holdout does not change.",
      mixinStandardHelpOptions = true)
  int sendBack(
      @Mixin PipelineOptions pipeline,
      @Option(
              names = "--reason",
              paramLabel = "REASON",
              description = "Only dead letters with this reason.")
          @Nullable String reason) {
    Predicate<DeadLetter> wanted = matches(reason);
    DeadLetterBox box = new DeadLetterBox(pipeline.loadAndReach().config());
    List<DeadLetter> letters = box.read().values().stream().filter(wanted).toList();
    List<DeadLetter> sendable = letters.stream().filter(DeadLetterBox::canBeSentBack).toList();
    if (!sendable.isEmpty()) {
      box.sendBack(sendable);
    }
    PrintWriter out = command.commandLine().getOut();
    out.println("sent back " + sendable.size());
    if (sendable.size() < letters.size()) {
      out.println("without all of their bytes, not sent: " + (letters.size() - sendable.size()));
    }
    return 0;
  }

  private Predicate<DeadLetter> matches(@Nullable String reason) {
    if (reason == null) {
      return letter -> true;
    }
    try {
      DeadLetter.Reason wanted = DeadLetter.Reason.valueOf(reason.toUpperCase(Locale.ROOT));
      return letter -> letter.getReason() == wanted;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          command.commandLine(),
          "--reason: found '%s', allowed are %s"
              .formatted(
                  reason, List.of(DeadLetter.Reason.values()).toString().toLowerCase(Locale.ROOT)));
    }
  }

  private static String line(String place, DeadLetter letter) {
    return "%s  %s  %s".formatted(place, reason(letter), letter.getDetail());
  }

  private static String reason(DeadLetter letter) {
    return letter.getReason().name().toLowerCase(Locale.ROOT);
  }
}
