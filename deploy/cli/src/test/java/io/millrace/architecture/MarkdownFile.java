package io.millrace.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Markdown file of this repository.
 *
 * @param prose the text without fenced code blocks
 */
record MarkdownFile(Path path, String prose) {
  private static final Pattern FENCED = Pattern.compile("(?ms)^ *```.*?^ *```");
  private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^()\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.*?) *$");

  /** All of them, except in build outputs and hidden directories. */
  static List<MarkdownFile> all() {
    try (Stream<Path> paths = Files.walk(SourceFile.ROOT)) {
      return paths
          .filter(path -> path.toString().endsWith(".md"))
          .filter(path -> !("/" + SourceFile.ROOT.relativize(path)).matches(".*/(target|\\.).*"))
          .sorted()
          .map(MarkdownFile::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param path relative to the root of the repository
   */
  static MarkdownFile at(String path) {
    return read(SourceFile.ROOT.resolve(path));
  }

  private static MarkdownFile read(Path path) {
    try {
      return new MarkdownFile(path, FENCED.matcher(Files.readString(path)).replaceAll(""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The contents of all code spans, in order. */
  List<String> code() {
    return CODE.matcher(prose).results().map(span -> span.group(1)).toList();
  }

  /** The targets of all links and images that name no scheme, in order. */
  List<String> relativeLinks() {
    String text = CODE.matcher(prose).replaceAll("");
    return LINK.matcher(text)
        .results()
        .map(link -> link.group(1))
        .filter(target -> !target.matches("[a-z][a-z+.-]*:.*"))
        .toList();
  }

  /** The anchors of all headings, as GitHub derives them. */
  Set<String> anchors() {
    Map<String, Integer> seen = new HashMap<>();
    Set<String> anchors = new TreeSet<>();
    HEADING
        .matcher(prose)
        .results()
        .map(MarkdownFile::anchor)
        .forEach(
            anchor -> {
              int before = seen.merge(anchor, 1, Integer::sum) - 1;
              anchors.add(before == 0 ? anchor : anchor + "-" + before);
            });
    return anchors;
  }

  private static String anchor(MatchResult heading) {
    return heading
        .group(1)
        .replaceAll("\\[([^\\]]*)]\\([^)]*\\)", "$1")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
        .replace(' ', '-');
  }

  /**
   * The first code span of each row of the table whose first column has this title, in order.
   *
   * @throws AssertionError if there is no such table, or a row whose first cell is not one code
   *     span
   */
  List<String> firstColumn(String title) {
    List<String> cells =
        prose
            .lines()
            .dropWhile(line -> !line.startsWith("| " + title + " |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .map(line -> line.split("\\|", 3)[1].strip())
            .toList();
    if (cells.isEmpty() || !cells.stream().allMatch(cell -> CODE.matcher(cell).matches())) {
      throw new AssertionError(
          "%s needs a table with the first column '%s' that has one name in backticks per row, found %s"
              .formatted(this, title, cells));
    }
    return cells.stream().map(cell -> cell.substring(1, cell.length() - 1)).toList();
  }

  @Override
  public String toString() {
    return SourceFile.ROOT.relativize(path).toString();
  }
}
