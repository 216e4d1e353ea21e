package io.millrace.schemas.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.EmbeddedBroker;
import java.net.ConnectException;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpsServerTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private final Meters meters = new Meters();
  private final Readiness readiness = new Readiness();

  @TempDir Path temp;

  @AfterEach
  void closeMeters() {
    meters.close();
  }

  @Test
  void readySaysWhyNotUntilEveryConditionIsMet() throws Exception {
    // given
    var model = readiness.require("model", "no checkpoint announced yet");
    var champion = readiness.require("champion", "not read yet");
    champion.met("none yet: nothing has beaten the prior");
    try (var server = OpsServer.builder(meters, readiness).start()) {
      // when
      var before = get(server, "/health/ready");
      model.met();
      var after = get(server, "/health/ready");

      // then
      assertThat(before.statusCode()).isEqualTo(503);
      assertThat(before.body())
          .isEqualTo(
              "{\"status\":\"not ready\",\"conditions\":["
                  + "{\"name\":\"model\",\"met\":false,\"detail\":\"no checkpoint announced yet\"},"
                  + "{\"name\":\"champion\",\"met\":true,\"detail\":\"none yet: nothing has beaten the prior\"}]}");
      assertThat(after.statusCode()).isEqualTo(200);
      assertThat(after.body()).startsWith("{\"status\":\"ready\"");
      assertThat(readiness.isReady()).isTrue();
      assertThat(get(server, "/health/live").body()).isEqualTo("{\"status\":\"live\"}");
    }
  }

  @Test
  void metricsHoldTheJvmsTheServicesAndTheKafkaClients() throws Exception {
    // given
    meters.registry().counter("millrace.samples").increment(3);
    try (var broker = EmbeddedBroker.start();
        var consumer =
            new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "client.id", "reader"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        var producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "client.id", "writer"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        var ofConsumer = meters.bindKafka(consumer);
        var ofProducer = meters.bindKafka(producer);
        var server = OpsServer.builder(meters, readiness).start()) {
      assertThat(ofConsumer).isNotSameAs(ofProducer);

      // when
      var metrics = get(server, "/metrics");

      // then
      assertThat(metrics.headers().firstValue("Content-Type"))
          .hasValue("text/plain; version=0.0.4; charset=utf-8");
      assertThat(metrics.body())
          .contains("jvm_memory_used_bytes{")
          .contains("millrace_samples_total 3.0")
          .containsPattern("kafka_consumer_[a-z_]+\\{client_id=\"reader\"")
          .containsPattern("kafka_producer_[a-z_]+\\{client_id=\"writer\"");
    }
  }

  @Test
  void allButHealthNeedsTheTokenWhereOneIsSet() throws Exception {
    // given
    Path file = Files.writeString(temp.resolve("token"), "s3cret\n");
    try (var server = OpsServer.builder(meters, readiness).tokenFile(file).start()) {
      // when
      var without = get(server, "/metrics");
      var wrong = get(server, "/metrics", "Bearer s3cre");
      var bearer = get(server, "/metrics", "Bearer s3cret");
      var password =
          get(
              server,
              "/metrics",
              "Basic " + Base64.getEncoder().encodeToString("any:s3cret".getBytes("UTF-8")));

      // then
      assertThat(without.statusCode()).isEqualTo(401);
      assertThat(without.body()).doesNotContain("jvm_").contains("ops.token_file");
      assertThat(without.headers().allValues("WWW-Authenticate"))
          .as("one scheme to a line, or browsers ask nobody for a password")
          .containsExactly("Basic realm=\"millrace\"", "Bearer");
      assertThat(wrong.statusCode()).isEqualTo(401);
      assertThat(get(server, "/metrics", "Basic %%%").statusCode()).isEqualTo(401);
      assertThat(bearer.statusCode()).isEqualTo(200);
      assertThat(password.statusCode()).isEqualTo(200);
      assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
      assertThat(get(server, "/health/../metrics").statusCode()).isNotEqualTo(200);
    }
  }

  @Test
  void emptyTokenFileIsRefused() throws Exception {
    // given
    Path file = Files.writeString(temp.resolve("token"), " \n");

    // when
    var builder = OpsServer.builder(meters, readiness).tokenFile(file);

    // then
    assertThatThrownBy(builder::start)
        .isInstanceOf(OpsException.class)
        .hasMessageContaining("ops.token_file " + file + " is empty, expected a token");
  }

  @Test
  void portInUseIsNamedWithTheSettingThatChangesIt() {
    try (var first = OpsServer.builder(meters, readiness).start()) {
      // given
      var second = OpsServer.builder(meters, readiness).port(first.port());

      // when
      var failing = assertThatThrownBy(second::start);

      // then
      failing
          .isInstanceOf(OpsException.class)
          .hasMessageContaining("ops endpoint cannot bind 127.0.0.1:" + first.port())
          .hasMessageContaining("ops.trainer_port");
    }
  }

  @Test
  void otherMachinesCannotReachItUnlessTold() throws Exception {
    // given
    var outward =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLoopbackAddress() && address.getAddress().length == 4)
            .findFirst();
    Assumptions.assumeTrue(outward.isPresent(), "this machine has only a loopback address");
    String address = outward.orElseThrow().getHostAddress();
    try (var closed = OpsServer.builder(meters, readiness).start();
        var open = OpsServer.builder(meters, readiness).host("0.0.0.0").start()) {
      // when
      var url = "http://" + address + ":";

      // then
      assertThatThrownBy(() -> get(url + closed.port() + "/health/live", ""))
          .isInstanceOf(ConnectException.class);
      assertThat(get(url + open.port() + "/health/live", "").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void servicesAddRoutesOfTheirOwn() throws Exception {
    // given
    var builder =
        OpsServer.builder(meters, readiness)
            .add(config -> config.routes.get("/api/steps", context -> context.result("42")));
    try (var server = builder.start()) {
      // when
      var answer = get(server, "/api/steps");

      // then
      assertThat(answer.body()).isEqualTo("42");
    }
  }

  private HttpResponse<String> get(OpsServer server, String path) throws Exception {
    return get(server, path, "");
  }

  private HttpResponse<String> get(OpsServer server, String path, String authorization)
      throws Exception {
    return get(server.url() + path, authorization);
  }

  private HttpResponse<String> get(String url, String authorization) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
