import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Prints what the tests of all modules came to, off their reports: {@code java .ci/TestSummary.java DIRECTORY}. */
final class TestSummary {
  private int passed;
  private int failed;
  private final List<String> skipped = new ArrayList<>();

  public static void main(String[] arguments) throws Exception {
    var summary = new TestSummary();
    for (Path reports : reportDirectories(Path.of(arguments[0]))) {
      summary.addModule(reports);
    }
    summary.skipped.forEach(System.out::println);
    System.out.printf(
        "%d passed, %d failed, %d skipped%n",
        summary.passed, summary.failed, summary.skipped.size());
    if (summary.passed == 0 || summary.failed > 0) {
      System.exit(1);
    }
  }

  private static List<Path> reportDirectories(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root, 5)) {
      return paths.filter(TestSummary::holdsReports).sorted().toList();
    }
  }

  private static boolean holdsReports(Path path) {
    return path.endsWith("target/surefire-reports") || path.endsWith("target/surefire-reports-slow");
  }

  private void addModule(Path directory) throws Exception {
    double seconds = 0;
    int before = passed + failed + skipped.size();
    List<Path> reports;
    try (Stream<Path> paths = Files.list(directory)) {
      reports = paths.filter(path -> path.toString().endsWith(".xml")).sorted().toList();
    }
    for (Path report : reports) {
      Element suite =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(report.toFile())
              .getDocumentElement();
      seconds += Double.parseDouble(suite.getAttribute("time").replace(",", ""));
      addCases(suite.getElementsByTagName("testcase"));
    }
    System.out.printf(
        "%-40s %5d tests %7.1f s%n",
        directory.getParent().getParent(), passed + failed + skipped.size() - before, seconds);
  }

  /** Of a whole class that was skipped, surefire writes the reason into the text, before the trace. */
  private static String reason(Element skip) {
    String message = skip.getAttribute("message");
    return message.isEmpty() ? skip.getTextContent().strip().lines().findFirst().orElse("") : message;
  }

  private void addCases(NodeList cases) {
    for (int i = 0; i < cases.getLength(); i++) {
      Element test = (Element) cases.item(i);
      NodeList skips = test.getElementsByTagName("skipped");
      if (skips.getLength() > 0) {
        String reason = reason((Element) skips.item(0));
        skipped.add(
            "skipped: " + test.getAttribute("classname") + "." + test.getAttribute("name") + ": " + reason);
      } else if (test.getElementsByTagName("failure").getLength() > 0
          || test.getElementsByTagName("error").getLength() > 0) {
        failed++;
      } else {
        passed++;
      }
    }
  }
}
