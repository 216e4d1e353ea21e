package io.millrace.eval.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.eval.dashboard.live.Bounds;
import io.millrace.schemas.ops.OpsServer;
import io.millrace.schemas.proto.ScoreKind;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The API over HTTP, of a pipeline's real topics. */
class DashboardTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private static LivePipeline pipeline;
  private static Story story;
  private static Dashboard dashboard;
  private static OpsServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws Exception {
    pipeline = new LivePipeline();
    story = new Story(pipeline);
    story.tell();
    dashboard = Dashboard.start(pipeline.pipeline, pipeline.meters);
    server = pipeline.serve(dashboard, null);
    await().atMost(SOON).until(() -> json("/api/state").at("/filling").asText().equals("false"));
  }

  @AfterAll
  static void stop() {
    server.close();
    dashboard.close();
    pipeline.close();
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.url() + path));
  }

  private static JsonNode json(String path) throws Exception {
    var answer = HttpClient.newHttpClient().send(request(path).build(), BodyHandlers.ofString());
    return new ObjectMapper().readTree(answer.body());
  }

  /** A stream of events, as a browser reads it. */
  private BufferedReader listen(String lastEventId) throws Exception {
    var request = request("/api/events");
    if (!lastEventId.isEmpty()) {
      request.header("Last-Event-ID", lastEventId);
    }
    HttpResponse<InputStream> answer = client.send(request.build(), BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
  }

  private record Event(String id, JsonNode data) {}

  /** The next update; heartbeats are passed over. */
  private static Event next(BufferedReader events) throws Exception {
    while (true) {
      String id = events.readLine().substring("id: ".length());
      boolean update = events.readLine().equals("event: update");
      String data = events.readLine().substring("data: ".length());
      assertThat(events.readLine()).isEmpty();
      if (update) {
        return new Event(id, new ObjectMapper().readTree(data));
      }
    }
  }

  private static List<Long> starts(JsonNode series, String id, String kind) {
    List<Long> starts = new ArrayList<>();
    for (JsonNode columns : series) {
      if (columns.get("id").asText().equals(id) && columns.get("kind").asText().equals(kind)) {
        columns.get("start_ms").forEach(start -> starts.add(start.asLong()));
      }
    }
    return starts;
  }

  @Test
  void anEventStreamBeginsWithEverythingAndGoesOnWithWhatChanged() throws Exception {
    // given
    try (var events = listen("")) {
      Event first = next(events);

      // when
      story.hour(Story.HOURS - 1, 310, true);

      // then
      assertThat(first.data().get("reset").asBoolean()).isTrue();
      assertThat(starts(first.data().get("series"), "", "live").size())
          .isGreaterThanOrEqualTo(Story.HOURS - 1);
      Event later = next(events);
      while (starts(later.data().get("series"), "", "live").isEmpty()) {
        later = next(events);
      }
      assertThat(later.data().get("reset").asBoolean()).isFalse();
      assertThat(starts(later.data().get("series"), "", "live"))
          .containsExactly(SampleScores.START_MS + (Story.HOURS - 1) * SampleScores.HOUR_MS);
    }
  }

  @Test
  void aListenerThatComesBackGetsOnlyWhatItMissed() throws Exception {
    // given
    String last;
    try (var events = listen("")) {
      last = next(events).id();
    }

    // when
    try (var again = listen(last);
        var stranger = listen("another-12")) {
      // then
      assertThat(next(again).data().get("reset").asBoolean()).isFalse();
      assertThat(next(stranger).data().get("reset").asBoolean()).isTrue();
    }
  }

  @Test
  void oneListenerTooManyIsRefusedAndThoseThatLeaveMakeRoom() throws Exception {
    // given
    List<BufferedReader> listening = new ArrayList<>();
    await()
        .atMost(SOON)
        .until(
            () -> pipeline.meters.registry().get("millrace.page.listeners").gauge().value() == 0);
    for (int i = 0; i < Bounds.LISTENERS; i++) {
      listening.add(listen(""));
    }

    // when
    var refused = client.send(request("/api/events").build(), BodyHandlers.ofString());

    // then
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("10");
    assertThat(refused.body()).contains("16 pages are open already");
    assertThat(json("/api/state").at("/pipeline").asText()).isEqualTo("flights");
    for (BufferedReader events : listening) {
      events.close();
    }
    await()
        .atMost(SOON)
        .until(
            () -> pipeline.meters.registry().get("millrace.page.listeners").gauge().value() == 0);
  }

  @Test
  void onlyReadingIsServedAndNoOtherSiteMayRead() throws Exception {
    // given
    var write = request("/api/state").POST(HttpRequest.BodyPublishers.ofString("{}")).build();

    // when
    var answer = client.send(write, BodyHandlers.ofString());

    // then
    assertThat(answer.statusCode()).isEqualTo(405);
    for (String path : List.of("/", "/api/state", "/assets/page.js")) {
      var read =
          client.send(
              request(path).header("Origin", "http://elsewhere").build(), BodyHandlers.ofString());
      assertThat(read.statusCode()).isEqualTo(200);
      assertThat(read.headers().map()).doesNotContainKey("access-control-allow-origin");
      assertThat(read.headers().firstValue("Content-Security-Policy").orElse(""))
          .startsWith("default-src 'none'; script-src 'self'; style-src 'self'")
          .doesNotContain("unsafe");
      assertThat(read.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(read.headers().firstValue("Cache-Control"))
          .hasValue(path.startsWith("/api") ? "no-store" : "no-cache");
    }
  }

  @Test
  void filesBesideThePageCannotBeAskedFor() throws Exception {
    // given
    var paths =
        List.of("/assets/../logback.xml", "/assets/%2e%2e/pipeline.schema.json", "/assets/");

    for (String path : paths) {
      // when
      var answer = client.send(request(path).build(), BodyHandlers.ofString());

      // then
      assertThat(answer.statusCode()).as(path).isIn(400, 404);
    }
  }

  @Test
  void anUnchangedFileIsNotSentAgain() throws Exception {
    // given
    var first = client.send(request("/assets/page.js").build(), BodyHandlers.ofString());
    String tag = first.headers().firstValue("ETag").orElseThrow();

    // when
    var again =
        client.send(
            request("/assets/page.js").header("If-None-Match", tag).build(),
            BodyHandlers.ofString());

    // then
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @Test
  void aWrongQuestionIsAnsweredWithWhatWouldBeRight() throws Exception {
    // given
    var asked = List.of("/api/checkpoints?limit=0", "/api/series?metrics=%3Cb%3E");

    for (String path : asked) {
      // when
      var answer = client.send(request(path).build(), BodyHandlers.ofString());

      // then
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("expected");
    }
    assertThat(json("/api/checkpoints?limit=3")).hasSize(3);
    assertThat(json("/api/series?metrics=all").at("/0/metrics").has("brier")).isTrue();
  }

  @Test
  void aRestartFillsThePageAgainFromTheTopics() throws Exception {
    // given
    JsonNode before = json("/api/series");

    // when
    try (var again = Dashboard.start(pipeline.pipeline, pipeline.meters);
        var other = pipeline.serve(again, null)) {
      // then
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> {
                var answer =
                    client.send(
                        HttpRequest.newBuilder(URI.create(other.url() + "/api/series")).build(),
                        BodyHandlers.ofString());
                JsonNode after = new ObjectMapper().readTree(answer.body());
                assertThat(starts(after, SampleAnnouncements.id(20), "holdout"))
                    .isEqualTo(starts(before, SampleAnnouncements.id(20), "holdout"));
                assertThat(roles(after)).isEqualTo(roles(before));
              });
    }
  }

  @Test
  void recordsThatMakeNoSenseStopNothing() throws Exception {
    // given
    var threeClasses = SampleScores.window("", 200, ScoreKind.LIVE, 3, 50, 1, true).toBuilder();
    threeClasses.getSumsBuilder().clearConfusion().addAllConfusion(Collections.nCopies(9, 1.0));
    var backwards = SampleAnnouncements.checkpoint(4_000, 0).toBuilder();
    backwards.getLineageBuilder().getPartitionsBuilder(0).setOffset(-5);

    // when
    pipeline.send(pipeline.names.evaluations(), "online/LIVE/3", threeClasses.build());
    pipeline.send(pipeline.names.checkpoints(), SampleAnnouncements.id(4_000), backwards.build());
    pipeline.send(
        pipeline.names.evaluations(),
        SampleAnnouncements.id(4_000) + "/RING/0",
        SampleScores.window(SampleAnnouncements.id(4_000), 4_000, ScoreKind.RING, 0, 20, 1, true));
    pipeline.send(pipeline.names.evaluations(), 0, "x", new byte[] {1, 2, 3});
    pipeline.send(pipeline.names.scoreSums(), 0, "online/LIVE/0", new byte[] {1, 2, 3});
    story.progress(777, 1);

    // then
    await().atMost(SOON).until(() -> json("/api/state").at("/training/step").asInt() == 777);
    assertThat(json("/api/state").at("/trouble").asText()).isEmpty();
    assertThat(json("/api/state").at("/scores/0/metrics").has("auc")).isTrue();
    pipeline.send(pipeline.names.checkpoints(), SampleAnnouncements.id(4_000), null);
  }

  private static List<String> roles(JsonNode series) {
    return StreamSupport.stream(series.spliterator(), false)
        .map(columns -> columns.get("role").asText() + columns.get("kind").asText())
        .sorted()
        .toList();
  }
}
