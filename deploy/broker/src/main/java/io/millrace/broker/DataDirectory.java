package io.millrace.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/**
 * A directory in which one broker at a time keeps its logs. Opening it checks that it is free and
 * belongs to this broker, and formats it if it is empty. Closing it releases it for the next broker
 * and deletes it if it was temporary.
 */
final class DataDirectory implements AutoCloseable {
  static final int NODE_ID = 1;

  private static final String META_PROPERTIES = "meta.properties";
  private static final String LOCK = ".lock";
  private static final Set<String> OF_A_FIRST_START = Set.of("bootstrap.checkpoint", LOCK);

  /*
   * Kafka's own file lock does not work within one process: on POSIX, closing any channel on the file releases it. This set
   * therefore keeps brokers of this process apart.
   */
  private static final Set<Path> IN_USE_HERE = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final boolean temporary;
  private final String clusterId;

  private DataDirectory(Path path, boolean temporary, String clusterId) {
    this.path = path;
    this.temporary = temporary;
    this.clusterId = clusterId;
  }

  static DataDirectory open(Path directory, boolean temporary, @Nullable String wantedClusterId) {
    try {
      Path path = Files.createDirectories(directory).toRealPath();
      if (!IN_USE_HERE.add(path)) {
        throw locked(path, "another broker of this process");
      }
      try {
        requireUnlocked(path);
        return new DataDirectory(path, temporary, toClusterId(path, wantedClusterId));
      } catch (IOException | RuntimeException e) {
        IN_USE_HERE.remove(path);
        throw e;
      }
    } catch (IOException e) {
      throw new BrokerException(
          "broker directory %s cannot be used: %s; name one that this user can write to"
              .formatted(directory, e),
          e);
    }
  }

  Path path() {
    return path;
  }

  String clusterId() {
    return clusterId;
  }

  @Override
  public void close() {
    try {
      if (temporary) {
        deleteRecursively(path);
      }
    } finally {
      IN_USE_HERE.remove(path);
    }
  }

  private static void requireUnlocked(Path path) throws IOException {
    Path file = path.resolve(LOCK);
    if (!Files.exists(file)) {
      return;
    }
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
        @Nullable FileLock lock = channel.tryLock()) {
      if (lock == null) {
        throw locked(path, "another process");
      }
    }
  }

  private static BrokerException locked(Path path, String holder) {
    return new BrokerException(
        "broker directory %s is in use by %s; stop that broker or name another directory"
            .formatted(path, holder),
        null);
  }

  private static String toClusterId(Path path, @Nullable String wanted) throws IOException {
    if (!Files.exists(path.resolve(META_PROPERTIES))) {
      requireEmpty(path);
      String clusterId = wanted == null ? Uuid.randomUuid().toString() : wanted;
      format(path, clusterId);
      return clusterId;
    }
    var meta = new Properties();
    try (var in = Files.newInputStream(path.resolve(META_PROPERTIES))) {
      meta.load(in);
    }
    String found = meta.getProperty("cluster.id", "");
    if (wanted != null && !wanted.equals(found)) {
      throw new BrokerException(
          "broker directory %s belongs to cluster '%s', expected '%s'; name another directory or leave the cluster id out"
              .formatted(path, found, wanted),
          null);
    }
    return found;
  }

  private static void requireEmpty(Path path) throws IOException {
    try (var files = Files.list(path)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> !OF_A_FIRST_START.contains(name))
          .findFirst()
          .ifPresent(
              name -> {
                throw new BrokerException(
                    "broker directory %s contains '%s' but no %s: it does not belong to a broker; name an empty directory or a new one"
                        .formatted(path, name, META_PROPERTIES),
                    null);
              });
    }
  }

  private static void format(Path path, String clusterId) throws IOException {
    try (var silent = new PrintStream(OutputStream.nullOutputStream(), false, "UTF-8")) {
      new Formatter()
          .setPrintStream(silent)
          .setNodeId(NODE_ID)
          .setClusterId(clusterId)
          .addDirectory(path.toString())
          .setMetadataLogDirectory(path.toString())
          .setControllerListenerName(Settings.CONTROLLER)
          .run();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new BrokerException(
          "broker directory %s cannot be formatted for cluster '%s': %s"
              .formatted(path, clusterId, e.getMessage()),
          e);
    }
  }

  private static void deleteRecursively(Path path) {
    try (var files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "temporary broker directory " + path + " could not be deleted", e);
    }
  }
}
