package io.millrace.architecture;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.Millrace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.CommandSpec;

/** The documentation, compared with the code and with itself. */
class DocumentationTest {
  static Stream<MarkdownFile> files() {
    return MarkdownFile.all().stream();
  }

  /** Each module with main code, and its packages. */
  static Stream<Arguments> modules() {
    TreeMap<String, TreeSet<String>> packages =
        SourceFile.all("main").stream()
            .collect(
                groupingBy(
                    file -> file.toString().replaceFirst("/src/main/java/.*", ""),
                    TreeMap::new,
                    mapping(SourceFile::packageName, toCollection(TreeSet::new))));
    return packages.entrySet().stream()
        .map(module -> Arguments.of(module.getKey(), module.getValue()));
  }

  @Test
  void theTableOfCommandsListsEachCommandWithItsParameters() {
    assertThat(MarkdownFile.at("deploy/cli/README.md").firstColumn("command"))
        .as(
            "the table of commands in deploy/cli/README.md: one row per command without subcommands")
        .containsExactlyInAnyOrderElementsOf(
            leaves(CommandSpec.forAnnotatedObject(Millrace.class), ""));
  }

  @ParameterizedTest
  @MethodSource("modules")
  void theTableOfPackagesListsEachPackageOfTheModule(String module, Set<String> packages) {
    String root = packages.stream().min(Comparator.comparingInt(String::length)).orElseThrow();

    assertThat(MarkdownFile.at(module + "/README.md").firstColumn("package"))
        .as("the table of packages in %s/README.md: one row per package below %s", module, root)
        .containsExactlyInAnyOrderElementsOf(
            packages.stream()
                .map(name -> name.equals(root) ? "." : name.substring(root.length() + 1))
                .toList());
  }

  @Test
  void everyPathOfTheTourExists() {
    List<String> paths =
        MarkdownFile.at("docs/tour.md").code().stream()
            .filter(code -> code.matches("[\\w.-]+/[\\w./-]*"))
            .toList();

    assertThat(paths).isNotEmpty();
    assertThat(paths)
        .filteredOn(path -> !Files.exists(SourceFile.ROOT.resolve(path)))
        .as("paths in docs/tour.md that do not exist: correct them, relative to the root")
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyRelativeLinkLeadsToAFileAndAHeading(MarkdownFile file) {
    List<String> broken =
        file.relativeLinks().stream()
            .map(link -> broken(file, link))
            .filter(problem -> !problem.isEmpty())
            .toList();

    assertThat(broken).as("links in %s that lead nowhere", file).isEmpty();
  }

  /** What is wrong with a link; empty if nothing is. */
  private static String broken(MarkdownFile file, String link) {
    String[] parts = link.split("#", 2);
    Path target =
        parts[0].isEmpty()
            ? file.path()
            : Objects.requireNonNull(file.path().getParent()).resolve(parts[0]).normalize();
    if (!target.startsWith(SourceFile.ROOT) || !Files.exists(target)) {
      return "%s: there is no %s in this repository".formatted(link, target);
    }
    if (parts.length == 1) {
      return "";
    }
    if (!target.toString().endsWith(".md")) {
      return "%s: only headings of Markdown files have anchors".formatted(link);
    }
    Set<String> anchors = MarkdownFile.at(SourceFile.ROOT.relativize(target).toString()).anchors();
    return anchors.contains(parts[1])
        ? ""
        : "%s: the headings there are %s".formatted(link, anchors);
  }

  /** The calls of all commands below this one that have no subcommands, as in the table. */
  private static List<String> leaves(CommandSpec command, String call) {
    if (command.subcommands().isEmpty()) {
      return List.of(
          Stream.concat(
                  Stream.of(call.strip()),
                  command.positionalParameters().stream()
                      .sorted(Comparator.comparingInt(parameter -> parameter.index().min()))
                      .map(parameter -> parameter.paramLabel()))
              .collect(Collectors.joining(" ")));
    }
    List<String> all = new ArrayList<>();
    command
        .subcommands()
        .forEach((name, below) -> all.addAll(leaves(below.getCommandSpec(), call + " " + name)));
    return all;
  }
}
