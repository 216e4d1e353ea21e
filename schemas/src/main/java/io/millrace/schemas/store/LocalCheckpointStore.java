package io.millrace.schemas.store;

import io.millrace.schemas.proto.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A checkpoint store in a directory of a file system with atomic rename and symbolic links (a local
 * disk, or one shared by all services).
 */
public final class LocalCheckpointStore implements CheckpointStore {
  /*
   * <root>/checkpoints/<name>/   complete directories: written under <root>/writing/, each file and the directory
   *                              synced, then renamed. Rename onto an existing directory fails unless that is
   *                              empty, and a complete one never is.
   * <root>/<place>               a symbolic link to <root>/places/<place>-<uuid>/, switched by renaming a
   *                              new link over it. With a version: under a lock on <root>/places/<place>.lock.
   */
  private static final String VERSION_FILE = "version";
  private static final Lock ONE_OF_THIS_PROCESS = new ReentrantLock();

  private static final Pattern ASIDE = Pattern.compile("(.+?)(-deleted)?-[0-9a-f-]{36}");

  private final Path root;
  private final Path whole;
  private final Path writing;
  private final Path places;

  /** Opens the store; creates the directory if it does not exist. */
  public LocalCheckpointStore(Path root) {
    this.root = root.toAbsolutePath().normalize();
    this.whole = this.root.resolve("checkpoints");
    this.writing = this.root.resolve("writing");
    this.places = this.root.resolve("places");
    attempt(
        "cannot create the checkpoint store",
        () -> {
          for (Path directory : List.of(whole, writing, places)) {
            Files.createDirectories(directory);
          }
          return root;
        });
  }

  @Override
  public List<StoredFile> publish(String directory, Map<String, byte[]> files) {
    Path target = whole.resolve(StorePath.requireSegment(directory));
    if (files.isEmpty()) {
      throw new StoreException("checkpoint '" + directory + "' has no files");
    }
    return attempt(
        "cannot store checkpoint '" + directory + "'",
        () -> {
          if (Files.exists(target)) {
            throw new AlreadyStoredException(location(), directory);
          }
          Path aside = writeAside(writing.resolve(directory + "-" + UUID.randomUUID()), files);
          try {
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
          } catch (FileSystemException e) {
            deleteTree(aside);
            if (Files.exists(target)) {
              throw new AlreadyStoredException(location(), directory);
            }
            throw e;
          }
          sync(whole);
          List<StoredFile> stored = new ArrayList<>();
          files.forEach(
              (name, bytes) -> stored.add(Sha256.describe(directory + "/" + name, bytes)));
          return stored;
        });
  }

  @Override
  public byte[] load(StoredFile file) {
    Path path = whole.resolve(StorePath.requireFile(file.getPath()));
    return attempt(
        "cannot read " + file.getPath(),
        () -> {
          try {
            // The size first: a file that grew to terabytes must not be read into memory.
            if (Files.size(path) != file.getSizeBytes()) {
              throw CorruptFileException.ofSize(file, Files.size(path));
            }
            return Sha256.requireMatch(file, Files.readAllBytes(path));
          } catch (NoSuchFileException e) {
            throw new CorruptFileException(file.getPath() + " is not in " + location());
          }
        });
  }

  @Override
  public List<String> directories() {
    return attempt(
        "cannot list the checkpoints",
        () -> {
          try (Stream<Path> entries = Files.list(whole)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
          }
        });
  }

  @Override
  public void delete(String directory) {
    Path target = whole.resolve(StorePath.requireSegment(directory));
    attempt(
        "cannot delete checkpoint '" + directory + "'",
        () -> {
          Path aside = writing.resolve(directory + "-deleted-" + UUID.randomUUID());
          try {
            Files.move(target, aside, StandardCopyOption.ATOMIC_MOVE);
          } catch (NoSuchFileException e) {
            return root;
          }
          deleteTree(aside);
          return root;
        });
  }

  @Override
  public void deleteUnfinished(Predicate<String> directory) {
    attempt(
        "cannot delete what was left unfinished",
        () -> {
          try (Stream<Path> entries = Files.list(writing)) {
            for (Path entry : entries.toList()) {
              Matcher aside = ASIDE.matcher(entry.getFileName().toString());
              if (aside.matches() && directory.test(aside.group(1))) {
                deleteTree(entry);
              }
            }
          }
          return root;
        });
  }

  @Override
  public boolean replaceIfNewer(String place, long version, StoredFile file, byte[] description) {
    String name = file.getPath().substring(file.getPath().indexOf('/') + 1);
    Map<String, byte[]> versioned =
        Map.of(
            name,
            load(file),
            descriptionOf(place),
            description,
            VERSION_FILE,
            Long.toString(version).getBytes(StandardCharsets.US_ASCII));
    Path lock = places.resolve(StorePath.requireSegment(place) + ".lock");
    return attempt(
        "cannot switch '" + place + "' to version " + version,
        () -> {
          // A file lock belongs to the process, so its threads take turns before they lock the
          // file.
          ONE_OF_THIS_PROCESS.lock();
          try (FileChannel channel =
                  FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
              FileLock held = channel.lock()) {
            OptionalLong there = version(place);
            if (!held.isValid() || (there.isPresent() && there.getAsLong() >= version)) {
              return false;
            }
            List<Path> before = switchTo(place, versioned);
            deletePlacesBut(place, before);
            return true;
          } finally {
            ONE_OF_THIS_PROCESS.unlock();
          }
        });
  }

  @Override
  public OptionalLong version(String place) {
    Optional<byte[]> found = read(place, VERSION_FILE);
    if (found.isEmpty()) {
      return OptionalLong.empty();
    }
    String text = new String(found.get(), StandardCharsets.US_ASCII);
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw new StoreException(
          "%s/%s/%s holds '%s', expected a number; delete %s; it is then created again"
              .formatted(root, place, VERSION_FILE, text, place),
          e);
    }
  }

  /** Switches the place, and returns the previous directory, if there was one. */
  private List<Path> switchTo(String place, Map<String, byte[]> files) throws IOException {
    Path link = root.resolve(StorePath.requireSegment(place));
    Path target = writeAside(places.resolve(place + "-" + UUID.randomUUID()), files);
    List<Path> before =
        Files.isSymbolicLink(link) && Files.exists(link) ? List.of(link.toRealPath()) : List.of();
    Path newLink = writing.resolve(place + "-" + UUID.randomUUID());
    Files.createSymbolicLink(newLink, root.relativize(target));
    // A relative target is resolved from the location of the link, so it is correct only after the
    // move.
    // move.
    Files.move(newLink, link, StandardCopyOption.ATOMIC_MOVE);
    sync(root);
    return before;
  }

  /**
   * Deletes other directories of the place, including those left by crashes. Requires the place's
   * lock.
   */
  private void deletePlacesBut(String place, List<Path> kept) throws IOException {
    Path current = root.resolve(place).toRealPath();
    List<Path> old;
    try (Stream<Path> entries = Files.list(places.toRealPath())) {
      old =
          entries
              .filter(entry -> isOf(place, entry.getFileName().toString()))
              .filter(entry -> !entry.equals(current) && !kept.contains(entry))
              .toList();
    }
    for (Path directory : old) {
      deleteTree(directory);
    }
  }

  private static boolean isOf(String place, String directory) {
    return directory.length() == place.length() + 37 && directory.startsWith(place + "-");
  }

  @Override
  public Optional<byte[]> description(String place) {
    return read(place, descriptionOf(place));
  }

  private static String descriptionOf(String place) {
    return StorePath.requireSegment(place) + ".json";
  }

  private Optional<byte[]> read(String place, String file) {
    Path path = root.resolve(StorePath.requireSegment(place)).resolve(file);
    return attempt(
        "cannot read " + place + "/" + file,
        () -> {
          try {
            return Optional.of(Files.readAllBytes(path));
          } catch (NoSuchFileException e) {
            return Optional.empty();
          }
        });
  }

  @Override
  public long usedBytes() {
    return attempt(
        "cannot measure the checkpoint store",
        () -> {
          try (Stream<Path> files = Files.walk(root)) {
            return files.mapToLong(LocalCheckpointStore::sizeOf).sum();
          } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
          }
        });
  }

  @Override
  public String location() {
    return root.toString();
  }

  @Override
  public boolean isRemote() {
    return false;
  }

  /** Does nothing: the constructor has found out already. */
  @Override
  public void requireWritable() {}

  /** Does nothing: there are no connections. */
  @Override
  public void close() {}

  private static long sizeOf(Path path) {
    try {
      return Files.isRegularFile(path) ? Files.size(path) : 0;
    } catch (IOException deletedMeanwhile) {
      return 0;
    }
  }

  private static Path writeAside(Path directory, Map<String, byte[]> files) throws IOException {
    Files.createDirectory(directory);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = directory.resolve(StorePath.requireSegment(file.getKey()));
      try (FileChannel channel =
          FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(file.getValue());
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
    }
    sync(directory);
    return directory;
  }

  /** Makes a directory's entries durable. Systems that cannot open directories do not need it. */
  private static void sync(Path directory) throws IOException {
    if (System.getProperty("os.name", "").startsWith("Windows")) {
      return;
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void deleteTree(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  private <T> T attempt(String what, FileAction<T> attempt) {
    try {
      return attempt.run();
    } catch (IOException e) {
      throw new StoreException(
          what + " in " + root + " (" + e + "); check free space and permissions there", e);
    }
  }

  private interface FileAction<T> {
    T run() throws IOException;
  }
}
