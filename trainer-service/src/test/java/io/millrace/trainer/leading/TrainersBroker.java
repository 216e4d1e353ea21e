package io.millrace.trainer.leading;

import io.millrace.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * One broker for all classes that test trainers in this JVM, closed after the last of them. Groups
 * form at once, and silent members are removed after a second.
 */
final class TrainersBroker implements BeforeAllCallback {
  private @Nullable Running running;

  private record Running(EmbeddedBroker broker, Admin admin) implements AutoCloseable {
    static Running start() {
      EmbeddedBroker broker = another();
      return new Running(
          broker, Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers())));
    }

    @Override
    public void close() {
      admin.close();
      broker.close();
    }
  }

  /** Another broker of the same kind, owned by the caller. */
  static EmbeddedBroker another() {
    return EmbeddedBroker.builder()
        .property("group.initial.rebalance.delay.ms", "0")
        .property("group.min.session.timeout.ms", "1000")
        .start();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    running =
        context
            .getRoot()
            .getStore(Namespace.create(TrainersBroker.class))
            .computeIfAbsent(Running.class, key -> Running.start(), Running.class);
  }

  String bootstrapServers() {
    return running().broker().bootstrapServers();
  }

  Admin admin() {
    return running().admin();
  }

  private Running running() {
    return Objects.requireNonNull(running, "registered as a static extension?");
  }

  /** Logs of pipelines in a directory; names of pipelines are used once in all tests. */
  FilledLog logs(Path directory) {
    return new FilledLog(bootstrapServers(), admin(), directory);
  }
}
