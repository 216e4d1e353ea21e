package io.millrace.eval.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.eval.aggregation.Aggregation;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Set;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** If a start fails with an error, such as a missing class, nothing stays open. */
class FailedEvalStartTest {
  @TempDir private static Path directory;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = World.startBroker();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void scoringClosesItsClients() throws Exception {
    try (World world = new World(broker, directory, "scoring", 1, "")) {
      // given
      failAt(world, "millrace.scoring.audit.waiting");
      Set<ObjectName> before = kafkaClients();

      // when
      assertThatThrownBy(world::start).isInstanceOf(NoClassDefFoundError.class);

      // then
      assertThat(kafkaClients()).isEqualTo(before);
    }
  }

  @Test
  void aggregationClosesItsClients() throws Exception {
    try (World world = new World(broker, directory, "aggregation", 1, "")) {
      // given
      failAt(world, "millrace.champion.step");
      Set<ObjectName> before = kafkaClients();

      // when
      assertThatThrownBy(
              () -> Aggregation.start(world.pipeline, world.store, world.meters, world.readiness))
          .isInstanceOf(NoClassDefFoundError.class);

      // then
      assertThat(kafkaClients()).isEqualTo(before);
    }
  }

  private static void failAt(World world, String meter) {
    world
        .meters
        .registry()
        .config()
        .onMeterAdded(
            added -> {
              if (added.getId().getName().equals(meter)) {
                throw new NoClassDefFoundError("Broken");
              }
            });
  }

  /** A client registers itself when it is created, and unregisters when it is closed. */
  private static Set<ObjectName> kafkaClients() throws MalformedObjectNameException {
    return ManagementFactory.getPlatformMBeanServer()
        .queryNames(new ObjectName("kafka.*:type=app-info,id=*"), null);
  }
}
