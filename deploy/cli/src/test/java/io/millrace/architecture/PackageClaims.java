package io.millrace.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a {@code package-info.java} claims that its package does not import. */
record PackageClaims(String packageName, List<Claim> claims) {
  /**
   * One item of the list after "must not import".
   *
   * @param words as written
   * @param prefixes packages that it stands for, each with all below it
   */
  record Claim(String words, List<String> prefixes) {
    boolean forbids(String used, String by) {
      return !isWithin(used, by)
          && prefixes.stream().anyMatch(prefix -> isWithin(used, prefix))
          && !used.equals("io.millrace.schemas.proto");
    }

    private static boolean isWithin(String name, String prefix) {
      return name.equals(prefix) || name.startsWith(prefix + ".");
    }
  }

  private static final List<String> MODULES =
      List.of(
          "io.millrace.schemas",
          "io.millrace.trainer",
          "io.millrace.eval",
          "io.millrace.tune",
          "io.millrace");

  private static final Map<String, List<String>> WORDS =
      Map.of(
          "Kafka", List.of("org.apache.kafka", "kafka"),
          "DJL", List.of("ai.djl"),
          "ONNX Runtime", List.of("ai.onnxruntime"),
          "an engine", List.of("ai.djl", "ai.onnxruntime"),
          "HTTP", List.of("io.javalin", "jakarta.servlet", "org.eclipse.jetty"),
          "a service", List.of("io.millrace.trainer", "io.millrace.eval"),
          "another package of Millrace", List.of("io.millrace"),
          "any other package of Millrace", List.of("io.millrace"));

  private static final Pattern SENTENCE =
      Pattern.compile("(?i)must not import ([^.]*(?:\\.\\w[^.]*)*)\\.(?: |$)");
  private static final Pattern CODE = Pattern.compile("\\{@code ([\\w.]+)}");

  /**
   * @throws AssertionError if a claim is not in words that this class knows: it could not be
   *     checked
   */
  static PackageClaims of(SourceFile packageInfo) {
    String javadoc = packageInfo.text().replaceAll("\\s*\\n \\*/?\\s*", " ");
    List<Claim> claims = new ArrayList<>();
    Matcher sentences = SENTENCE.matcher(javadoc);
    while (sentences.find()) {
      for (String words : sentences.group(1).trim().split(",\\s*(?:or )?|\\s+or\\s+")) {
        claims.add(new Claim(words, prefixes(packageInfo, words.trim())));
      }
    }
    return new PackageClaims(packageInfo.packageName(), claims);
  }

  private static List<String> prefixes(SourceFile packageInfo, String words) {
    Matcher code = CODE.matcher(words);
    if (!code.matches()) {
      List<String> known = WORDS.get(words);
      if (known == null) {
        throw new AssertionError(
            "%s claims that it must not import '%s', which no rule checks; use one of %s or {@code a package}"
                .formatted(packageInfo, words, WORDS.keySet()));
      }
      return known;
    }
    return List.of(module(packageInfo.packageName()) + "." + code.group(1));
  }

  /** The root package of the module that a package belongs to. */
  static String module(String packageName) {
    return MODULES.stream()
        .filter(module -> packageName.equals(module) || packageName.startsWith(module + "."))
        .findFirst()
        .filter(module -> !module.equals("io.millrace.tune"))
        .orElse("io.millrace");
  }
}
