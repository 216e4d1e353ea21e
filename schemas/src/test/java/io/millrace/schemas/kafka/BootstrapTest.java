package io.millrace.schemas.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.EmbeddedBroker;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  @Test
  void aBrokerThatAnswersIsReachable() {
    try (var broker = EmbeddedBroker.start()) {
      assertThatCode(() -> require(broker.bootstrapServers())).doesNotThrowAnyException();
    }
  }

  @Test
  void noBrokerIsToldWithItsAddressAndWhatToDo() throws Exception {
    // given: a port that takes connections and never answers
    try (var silent = new ServerSocket(0)) {
      String servers = "localhost:" + silent.getLocalPort();

      // when / then
      assertThatThrownBy(() -> require(servers))
          .isInstanceOf(AnswerException.class)
          .hasMessageStartingWith(
              "no Kafka broker answers at " + servers + " within 5 s; start one");
    }
  }

  @Test
  void settingsThatKafkaRefusesAreToldAtOnce() {
    assertThatThrownBy(() -> require("nowhere"))
        .isInstanceOf(AnswerException.class)
        .hasMessageContaining("Kafka at nowhere cannot be used: Invalid url");
  }

  private static void require(String servers) {
    Bootstrap.requireReachable(Map.of("bootstrap.servers", servers));
  }
}
