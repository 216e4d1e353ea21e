package io.millrace.broker;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker and its KRaft controller in this process: the real server, on 127.0.0.1, without
 * encryption or authentication. Started again on the same directory, it has all its data. Several
 * may run concurrently, each with its own directory and port. After a kill, the next start waits
 * until the killed broker's session (9 s, {@code broker.session.timeout.ms}) has expired; after a
 * close it does not.
 *
 * <p>Thread-safe. Like any Kafka server, it ends the whole process if its disk fails.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final int TRIES_FOR_FREE_PORTS = 5;

  private final DataDirectory directory;
  private final KafkaRaftServer server;
  private final int port;

  @GuardedBy("this")
  private boolean closed;

  private EmbeddedBroker(DataDirectory directory, KafkaRaftServer server, int port) {
    this.directory = directory;
    this.server = server;
    this.port = port;
  }

  /** Starts a broker in a temporary directory, on a free port. */
  public static EmbeddedBroker start() {
    return builder().start();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The value for clients' {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return Settings.HOST + ":" + port;
  }

  public int port() {
    return port;
  }

  public Path directory() {
    return directory.path();
  }

  public String clusterId() {
    return directory.clusterId();
  }

  /**
   * Stops the broker, and deletes its directory if that is temporary. Closing again does nothing.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      server.shutdown();
      server.awaitShutdown();
    } finally {
      directory.close();
    }
  }

  /** Collects the settings of a broker. Not thread-safe. */
  public static final class Builder {
    private @Nullable Path directory;
    private @Nullable String clusterId;
    private int port;
    private final Map<String, String> properties = new HashMap<>();

    private Builder() {}

    /** The directory of its data, created if absent. Default: a temporary one, deleted at close. */
    public Builder directory(Path directory) {
      this.directory = directory;
      return this;
    }

    /** The port for clients. Default: 0, any free port. */
    public Builder port(int port) {
      this.port = port;
      return this;
    }

    /**
     * The cluster id that the directory must have, or receives. Default: its own, or a random one.
     */
    public Builder clusterId(String clusterId) {
      this.clusterId = clusterId;
      return this;
    }

    /** A setting of Kafka's broker. It overrides the settings of this class. */
    public Builder property(String name, String value) {
      properties.put(name, value);
      return this;
    }

    /**
     * Starts the broker and returns when it accepts requests.
     *
     * @throws BrokerException if the port or the directory is in use, or cannot be used
     */
    public EmbeddedBroker start() {
      if (port != 0) {
        requireFree(port);
      }
      var data = DataDirectory.open(toPath(), directory == null, clusterId);
      try {
        return startOn(data);
      } catch (RuntimeException | Error e) {
        data.close();
        throw e;
      }
    }

    private Path toPath() {
      if (directory != null) {
        return directory;
      }
      try {
        return Files.createTempDirectory("millrace-broker-");
      } catch (IOException e) {
        throw new BrokerException(
            "no temporary directory could be created in %s: %s; set java.io.tmpdir"
                .formatted(System.getProperty("java.io.tmpdir"), e),
            e);
      }
    }

    /* Another process can take a free port before Kafka binds it: then other ports are tried. */
    private EmbeddedBroker startOn(DataDirectory data) {
      for (int attempt = 1; ; attempt++) {
        int clients = port == 0 ? freePort() : port;
        var config =
            KafkaConfig.fromProps(Settings.of(data.path(), clients, freePort(), properties), false);
        var server = new KafkaRaftServer(config, Time.SYSTEM);
        try {
          server.startup();
          return new EmbeddedBroker(data, server, clients);
        } catch (RuntimeException e) {
          server.shutdown();
          if (!isPortTaken(e) || attempt == TRIES_FOR_FREE_PORTS) {
            throw new BrokerException(
                "broker on port %d, directory %s did not start: %s"
                    .formatted(clients, data.path(), e.getMessage()),
                e);
          }
        }
      }
    }

    private static boolean isPortTaken(Throwable failure) {
      for (@Nullable Throwable e = failure; e != null; e = e.getCause()) {
        if (e instanceof BindException) {
          return true;
        }
      }
      return false;
    }

    private static void requireFree(int port) {
      try (var socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(Settings.HOST, port));
      } catch (IOException | IllegalArgumentException e) {
        throw new BrokerException(
            "broker port %d on %s cannot be used: %s; name another port, or 0 for any free port"
                .formatted(port, Settings.HOST, e.getMessage()),
            e);
      }
    }

    private static int freePort() {
      try (var socket = new ServerSocket(0, 1, InetAddress.getByName(Settings.HOST))) {
        return socket.getLocalPort();
      } catch (IOException e) {
        throw new BrokerException("no free port on " + Settings.HOST + ": " + e.getMessage(), e);
      }
    }
  }
}
