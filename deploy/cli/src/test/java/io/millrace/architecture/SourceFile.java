package io.millrace.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Java source file of this repository. Rules that look at imports read sources, since the
 * compiler inlines constants: a class that uses only a constant of Kafka's does not name Kafka in
 * bytecode.
 */
record SourceFile(Path path, String text) {
  static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
  private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
  private static final Pattern COMMENT_OR_STRING =
      Pattern.compile(
          "(?s)/\\*.*?\\*/|//[^\\n]*|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\])+'");
  private static final Pattern QUALIFIED_TYPE =
      Pattern.compile("\\b((?:[a-z_][\\w]*\\.)+)[A-Z]\\w*");

  /**
   * @param kind {@code main} or {@code test}
   */
  static List<SourceFile> all(String kind) {
    try (Stream<Path> paths = Files.walk(ROOT)) {
      return paths
          .filter(path -> path.toString().endsWith(".java"))
          .filter(path -> path.toString().contains("/src/" + kind + "/java/"))
          .filter(path -> !ROOT.relativize(path).toString().contains("target/"))
          .sorted()
          .map(SourceFile::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SourceFile read(Path path) {
    try {
      return new SourceFile(path, Files.readString(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String packageName() {
    return PACKAGE.matcher(text).results().findFirst().orElseThrow().group(1);
  }

  /** The file's name without its ending, which is its top-level type's. */
  String typeName() {
    return path.getFileName().toString().replace(".java", "");
  }

  boolean isPackageInfo() {
    return typeName().equals("package-info");
  }

  /** The packages of all types that it imports or names in full, comments and texts aside. */
  Set<String> packagesUsed() {
    Set<String> used = new TreeSet<>();
    QUALIFIED_TYPE
        .matcher(COMMENT_OR_STRING.matcher(text).replaceAll(" "))
        .results()
        .map(SourceFile::packageOf)
        .forEach(used::add);
    return used;
  }

  private static String packageOf(MatchResult type) {
    String prefix = type.group(1);
    return prefix.substring(0, prefix.length() - 1);
  }

  @Override
  public String toString() {
    return ROOT.relativize(path).toString();
  }
}
