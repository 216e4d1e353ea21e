package io.millrace.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.tuning.CeilingSearch;
import io.millrace.schemas.tuning.Speed;
import io.millrace.tune.plan.Candidate;
import io.millrace.tune.plan.CandidateResult;
import io.millrace.tune.plan.LearningRateRule;
import io.millrace.tune.plan.Rung;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

class HtmlReportTest {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  @TempDir Path directory;

  @Test
  void inABrowserThePlotsAreThereInLightAndDarkAndNoRequestLeavesTheFile() throws IOException {
    assumeTrue(
        Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
        "the packages chromium and chromium-driver are not installed");
    // given: a pipeline whose name would end a script
    ObjectNode tree = new TuningResultsJson(findings()).toTree();
    tree.put("pipeline", "</script><img src=http://example.org/>");
    tree.put("lines", "training:\n  learning_rate: 0.01\n");
    Path file = Files.writeString(directory.resolve("tune.html"), HtmlReport.of(tree));
    ChromeDriver browser = browser();
    try {
      // when
      browser.get(file.toUri().toString());

      // then
      assertThat(browser.executeScript("return document.querySelectorAll('figure').length"))
          .isEqualTo(5L);
      assertThat(painted(browser)).hasSize(5).allMatch(pixels -> pixels > 500);
      assertThat(text(browser, "#reasons")).contains("the lowest of all");
      assertThat(text(browser, "#pipeline")).startsWith("</script>");
      assertThat(text(browser, "#lines")).contains("learning_rate: 0.01");
      assertThat(browser.executeScript("return document.querySelectorAll('tr.mark').length"))
          .isNotEqualTo(0L);
      Object light = background(browser);
      browser.executeCdpCommand(
          "Emulation.setEmulatedMedia",
          Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
      assertThat(background(browser)).isNotEqualTo(light);
      assertThat(painted(browser)).hasSize(5).allMatch(pixels -> pixels > 500);
      assertThat(requests(browser)).isNotEmpty().allMatch(url -> url.startsWith("file:"));
      assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
    } finally {
      browser.quit();
    }
  }

  private static ChromeDriver browser() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.addArguments(
        "--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,1600");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build();
    return new ChromeDriver(service, options);
  }

  private static String text(ChromeDriver browser, String selector) {
    return String.valueOf(
        browser.executeScript("return document.querySelector(arguments[0]).textContent", selector));
  }

  private static Object background(ChromeDriver browser) {
    return String.valueOf(
        browser.executeScript("return getComputedStyle(document.body).backgroundColor"));
  }

  /* How many pixels of each chart are not transparent. */
  private static List<Long> painted(ChromeDriver browser) {
    Object counts =
        browser.executeScript(
            """
            return [...document.querySelectorAll('figure canvas')].map(c =>
              c.getContext('2d').getImageData(0, 0, c.width, c.height).data.filter((v, i) => i % 4 === 3 && v > 0).length)
            """);
    List<Long> painted = new ArrayList<>();
    ((List<?>) java.util.Objects.requireNonNull(counts))
        .forEach(count -> painted.add(((Number) count).longValue()));
    return painted;
  }

  private static List<String> requests(ChromeDriver browser) {
    List<String> urls = new ArrayList<>();
    for (LogEntry entry : browser.manage().logs().get(LogType.PERFORMANCE)) {
      String message = entry.getMessage();
      if (message.contains("\"Network.requestWillBeSent\"")
          && !message.contains("\"url\":\"data:")) {
        urls.add(message.replaceFirst("(?s).*\"request\":\\{.*?\"url\":\"([^\"]*)\".*", "$1"));
      }
    }
    return urls;
  }

  static TuningResults findings() {
    TuningResults findings = new TuningResults(10_000);
    findings.trainCeiling =
        new CeilingSearch.BatchCeiling(50_000, CeilingSearch.BatchCeiling.Bound.MEMORY);
    findings.evalCeiling =
        new CeilingSearch.BatchCeiling(900_000, CeilingSearch.BatchCeiling.Bound.TIME);
    findings.noiseScale = OptionalDouble.of(321);
    List<CandidateResult> rows = new ArrayList<>();
    for (int batch = 1; batch <= 64; batch *= 2) {
      Speed speed =
          new Speed(
              batch, 900.0 * batch, 1_100_000, 2_000_000, 1_200_000, OptionalLong.of(batch << 20));
      findings.trainSpeeds.put(batch, speed);
      findings.evalSpeeds.add(speed);
      for (LearningRateRule rule : LearningRateRule.values()) {
        double loss = 0.5 - 0.001 * batch + 0.01 * rule.ordinal();
        CandidateResult.Quality quality =
            new CandidateResult.Quality(
                loss, OptionalDouble.of(1 - loss), Collections.nCopies(50, loss));
        rows.add(
            new CandidateResult(
                new Candidate(batch, rule, rule.rate(0.01, 16, batch)),
                10_000,
                List.of(quality, quality)));
      }
    }
    findings.rungs.add(new Rung(10_000, 2, true, rows));
    return findings;
  }
}
