package io.millrace.eval.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.eval.dashboard.live.EvaluationSeries;
import io.millrace.schemas.ops.OpsServer;
import io.millrace.schemas.proto.ScoreKind;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser. Skipped, by name, where there is none. */
class PageTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir static Path temp;
  private static LivePipeline pipeline;
  private static Story story;
  private static Browser browser;
  private static Dashboard dashboard;
  private static OpsServer server;

  @BeforeAll
  static void start() throws Exception {
    Browser.assumeInstalled();
    pipeline = new LivePipeline();
    story = new Story(pipeline);
    story.tell();
    dashboard = Dashboard.start(pipeline.pipeline, pipeline.meters);
    server = pipeline.serve(dashboard, null);
    browser = Browser.start(temp);
  }

  @AfterAll
  static void stop() {
    for (AutoCloseable part : new AutoCloseable[] {browser, server, dashboard, pipeline}) {
      try {
        if (part != null) {
          part.close();
        }
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static void open() {
    browser.open(server.url() + "/");
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(browser.text("#champion")).isEqualTo("step 20"));
  }

  private static JsonNode api(String path) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(server.url() + path)).build();
    return new ObjectMapper()
        .readTree(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
  }

  @Test
  void numbersOnThePageAreThoseOfTheApiAndOfTheTopics() throws Exception {
    // given
    open();

    // when
    JsonNode state = api("/api/state");

    // then
    double live = score(state, "online", "live").at("/metrics/auc").asDouble();
    assertThat(browser.text("#headline")).isEqualTo(four(live));
    assertThat(browser.text("#scores tr[data-role=online] td[data-of=live]")).isEqualTo(four(live));
    var expected = new EvaluationSeries(pipeline.pipeline.config().label());
    for (int hour = 0; hour < Story.HOURS; hour++) {
      expected.add(
          SampleScores.window(
              "", 200, ScoreKind.LIVE, hour, 300, 0.5 + 0.4 * Math.min(1, hour / 8.0), true),
          1);
    }
    assertThat(live).isEqualTo(expected.recent().metrics().get("auc"));
    assertThat(browser.text("#assessment")).startsWith("Better than both baselines");
    assertThat(browser.text("#letters-count")).isEqualTo("6 set aside");
    assertThat(state.at("/dead_letters/by_reason/missing_field").asInt()).isEqualTo(5);
    assertThat(browser.text("#tiles [data-of=training]")).isEqualTo("9,800/s");
    assertThat(browser.texts("#checkpoints tbody tr")).hasSize(11);
    assertThat(browser.text("#batches tr[data-of=eval]")).contains("8,192");
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(browser.text("#stages tr[data-of=scoring] [data-of=lag]"))
                    .isEqualTo("2"));
  }

  @Test
  void whatIsWrittenToTheTopicsComesToTheOpenPage() throws Exception {
    // given
    open();
    int before = browser.texts("#checkpoints tbody tr").size();

    // when
    story.progress(900, 12_345);
    pipeline.announce(900, 30);
    pipeline.produce(1);

    // then
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(browser.text("#tiles [data-of=training]")).isEqualTo("12,345/s");
              assertThat(browser.texts("#checkpoints tbody tr")).hasSize(before + 1);
              assertThat(browser.text("#checkpoints tbody th")).isEqualTo("900");
              assertThat(browser.text("#status")).isEqualTo("live");
            });
    assertThat(browser.text("#force-list [data-of=latest]")).startsWith("step 900");
    pipeline.send(pipeline.names.checkpoints(), SampleAnnouncements.id(900), null);
  }

  @Test
  void whatComesFromTopicsIsTextAndNeverMarkup() {
    // given
    open();

    // when
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(browser.text("#letters-newest")).contains(Story.HOSTILE));

    // then
    assertThat(browser.text("#timeline")).contains(Story.HOSTILE);
    assertThat(browser.text("#excluded")).contains("window.harmed");
    assertThat(browser.script("return window.harmed")).isNull();
    assertThat(browser.script("return document.querySelectorAll('main img, main script').length"))
        .isEqualTo(0L);
    assertThat(browser.script("return document.querySelectorAll('[data-of] img').length"))
        .isEqualTo(0L);
  }

  @Test
  @Tag("slow")
  void lightDarkAndPhoneWidthAreReadable() {
    for (String scheme : List.of("light", "dark")) {
      for (int width : new int[] {1360, 768, 360}) {
        // given
        browser.show(width, 900, scheme);
        open();
        await()
            .atMost(SOON)
            .until(
                () -> browser.script("return document.querySelectorAll('.chart canvas').length"),
                found -> found.equals(4L));

        // when
        browser.screenshot("page-%s-%d".formatted(scheme, width));

        // then
        await("no sideways scrolling at " + width + " px, once it is laid out again")
            .atMost(SOON)
            .until(
                () ->
                    browser.script(
                        "const e = document.documentElement; return e.scrollWidth - e.clientWidth"),
                beyond -> Long.valueOf(0).equals(beyond));
        assertThat(browser.script("return document.documentElement.dataset.theme"))
            .isEqualTo(scheme);
        assertThat(browser.lowestContrast()).as("contrast, %s", scheme).isGreaterThan(4.5);
      }
    }
    browser.show(1360, 900, "light");
  }

  @Test
  void keyboardReachesEveryControlAndTheThemeCanBeSwitched() {
    // given
    open();

    // when
    List<String> reached = browser.tabThrough(40);

    // then
    assertThat(reached.get(0)).isEqualTo("Skip to content");
    assertThat(reached).contains("#theme", "kind=live", "online model", "Scores over");
    browser.press("#theme");
    assertThat(browser.script("return document.documentElement.dataset.theme")).isEqualTo("dark");
    browser.press("#theme");
    browser.click("input[value=holdout]");
    await().atMost(SOON).until(() -> browser.text("#c-headline").startsWith("AUC, holdout"));
    browser.click("input[value=live]");
  }

  @Test
  void thePageSaysWhenTheStreamStopsAndWhenTheConnectionIsLost() {
    // given
    var ownServer = pipeline.serve(dashboard, null);
    browser.open(ownServer.url() + "/");
    await().atMost(SOON).until(() -> browser.text("#champion").equals("step 20"));

    // when
    ownServer.close();

    // then
    await().atMost(SOON).until(() -> browser.text("#status").startsWith("reconnecting"));
    open();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> browser.text("#status").matches("no sample .*"));
  }

  @Test
  void aPageBehindATokenGetsItsEvents() throws Exception {
    // given
    Path token = Files.writeString(temp.resolve("token"), "s3cret");
    try (var guarded = pipeline.serve(dashboard, token)) {
      // when
      browser.open(guarded.url().replace("http://", "http://operator:s3cret@") + "/");

      // then
      await().atMost(SOON).until(() -> browser.text("#champion").equals("step 20"));
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(browser.text("#checkpoints tbody")).contains("in force"));
    }
  }

  @Test
  void noRequestLeavesTheMachineAndNothingIsRefusedOrThrown() {
    // given
    open();
    browser.click("input[value=prequential]");

    // when
    List<URI> asked = browser.requests();

    // then
    assertThat(asked).hasSizeGreaterThan(10).allMatch(uri -> uri.getHost().equals("127.0.0.1"));
    assertThat(asked).anyMatch(uri -> uri.getPath().equals("/api/events"));
    assertThat(browser.complaints()).isEmpty();
    browser.click("input[value=live]");
  }

  private static JsonNode score(JsonNode state, String role, String kind) {
    for (JsonNode score : state.get("scores")) {
      if (score.get("role").asText().equals(role) && score.get("kind").asText().equals(kind)) {
        return score;
      }
    }
    throw new AssertionError("no " + kind + " score of " + role + " in " + state);
  }

  private static String four(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
