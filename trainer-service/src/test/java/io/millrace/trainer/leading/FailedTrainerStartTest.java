package io.millrace.trainer.leading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.store.LocalCheckpointStore;
import io.millrace.trainer.windowing.Windowing;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Set;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** If a start fails with an {@link Error}, for example a missing class, nothing stays open. */
class FailedTrainerStartTest {
  @RegisterExtension private static final TrainersBroker BROKER = new TrainersBroker();

  @TempDir private Path directory;

  @Test
  void windowingClosesItsClients() throws Exception {
    try (Meters meters = failingAt("millrace.windowing.lag")) {
      // given
      LoadedPipeline pipeline = pipeline("failed-windowing");
      Set<ObjectName> before = kafkaClients();

      // when
      assertThatThrownBy(() -> Windowing.start(pipeline.config(), meters, new Readiness()))
          .isInstanceOf(NoClassDefFoundError.class);

      // then
      assertThat(kafkaClients()).isEqualTo(before);
    }
  }

  @Test
  void trainingClosesItsClients() throws Exception {
    try (Meters meters = failingAt("millrace.checkpoints.store.bytes")) {
      // given
      LoadedPipeline pipeline = pipeline("failed-training");
      LocalCheckpointStore store = new LocalCheckpointStore(directory);
      Set<ObjectName> before = kafkaClients();

      // when
      assertThatThrownBy(() -> TrainerLoop.start(pipeline, store, meters, new Readiness()))
          .isInstanceOf(NoClassDefFoundError.class);

      // then
      assertThat(kafkaClients()).isEqualTo(before);
    }
  }

  private LoadedPipeline pipeline(String name) throws Exception {
    return FilledLog.load(BROKER.logs(directory).pipeline(name, 1, "max_steps: 1"));
  }

  private static Meters failingAt(String meter) {
    Meters meters = new Meters();
    meters
        .registry()
        .config()
        .onMeterAdded(
            added -> {
              if (added.getId().getName().equals(meter)) {
                throw new NoClassDefFoundError("Broken");
              }
            });
    return meters;
  }

  /** A client registers itself when it is created, and is removed when it is closed. */
  private static Set<ObjectName> kafkaClients() throws MalformedObjectNameException {
    return ManagementFactory.getPlatformMBeanServer()
        .queryNames(new ObjectName("kafka.*:type=app-info,id=*"), null);
  }
}
