package io.millrace.schemas.store;

import io.millrace.schemas.config.S3Config;
import io.millrace.schemas.proto.StoredFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/** A checkpoint store in a bucket of S3, or of an S3-compatible server. */
public final class S3CheckpointStore implements CheckpointStore {
  /*
   * <prefix>checkpoints/<name>/<file>   each put only if the key is unused (If-None-Match: *), in order of name, so
   *                                     that of several writers of one checkpoint, the first file of the first one
   *                                     keeps the others out. There is no rename: the announcement makes it valid.
   * <prefix><place>/<place>.json        a pointer, put over the version that was read (If-Match) or if there is none.
   *                                     Its version is in the object's metadata.
   * <prefix>probe/<uuid>                exists briefly at the start.
   */
  private static final String CHECKPOINTS = "checkpoints/";
  private static final String VERSION = "millrace-version";

  private final S3Location location;
  private final S3Errors errors;
  private final S3Objects objects;

  S3CheckpointStore(S3Location location, S3Errors errors, S3Objects objects) {
    this.location = location;
    this.errors = errors;
    this.objects = objects;
  }

  /**
   * Connections are opened on demand; {@link #requireWritable} checks whether the store can be
   * used.
   *
   * @throws StoreException if the region or the endpoint cannot be determined
   */
  static S3CheckpointStore open(S3Location location, S3Config config) {
    return open(location, config, S3Clients.ATTEMPTS);
  }

  static S3CheckpointStore open(S3Location location, S3Config config, int attempts) {
    S3Errors errors = new S3Errors(location, config);
    try {
      S3Client client = S3Clients.builder(config, attempts).build();
      return new S3CheckpointStore(location, errors, new S3Objects(client, location, errors));
    } catch (SdkException e) {
      throw errors.explain("cannot open the checkpoint store", e);
    }
  }

  @Override
  public List<StoredFile> publish(String directory, Map<String, byte[]> files) {
    StorePath.requireSegment(directory);
    if (files.isEmpty()) {
      throw new StoreException("checkpoint '" + directory + "' has no files");
    }
    new TreeMap<>(files)
        .forEach(
            (name, bytes) -> {
              String path = CHECKPOINTS + directory + "/" + StorePath.requireSegment(name);
              String what = "cannot store checkpoint '" + directory + "'";
              if (!objects.putIfAbsent(what, path, bytes, Map.of())) {
                throw new AlreadyStoredException(location(), directory);
              }
            });
    List<StoredFile> stored = new ArrayList<>();
    files.forEach((name, bytes) -> stored.add(Sha256.describe(directory + "/" + name, bytes)));
    return stored;
  }

  @Override
  public byte[] load(StoredFile file) {
    StorePath.requireFile(file.getPath());
    S3Objects.Found found =
        objects
            .tryGet(
                "cannot read " + file.getPath(), CheckpointStore.pathOf(file), file.getSizeBytes())
            .orElseThrow(
                () -> new CorruptFileException(file.getPath() + " is not in " + location()));
    if (found.sizeBytes() != file.getSizeBytes()) {
      throw CorruptFileException.ofSize(file, found.sizeBytes());
    }
    return Sha256.requireMatch(file, found.bytes());
  }

  @Override
  public List<String> directories() {
    return objects.names("cannot list the checkpoints", CHECKPOINTS);
  }

  @Override
  public void delete(String directory) {
    objects.delete(
        "cannot delete checkpoint '" + directory + "'",
        CHECKPOINTS + StorePath.requireSegment(directory) + "/");
  }

  /** Does nothing: unfinished directories are among the directories. */
  @Override
  public void deleteUnfinished(Predicate<String> directory) {}

  @Override
  public boolean replaceIfNewer(String place, long version, StoredFile file, byte[] description) {
    String what = "cannot switch '%s' to version %d".formatted(place, version);
    Map<String, String> metadata = Map.of(VERSION, Long.toString(version));
    OptionalLong before = version(place);
    if (before.isPresent() && before.getAsLong() >= version) {
      return false;
    }
    var unused = load(file); // throws unless the file is whole
    while (true) {
      Optional<S3Objects.Found> there = objects.tryGet(what, pointer(place));
      if (there.isPresent() && version(place, there.get()) >= version) {
        return false;
      }
      boolean isSwitched =
          there.isPresent()
              ? objects.putIfSame(what, pointer(place), description, metadata, there.get().eTag())
              : objects.putIfAbsent(what, pointer(place), description, metadata);
      // Another writer was faster and stored a version, so this loop ends.
      if (isSwitched) {
        return true;
      }
    }
  }

  @Override
  public OptionalLong version(String place) {
    return objects
        .tryGet("cannot read '" + place + "'", pointer(place))
        .map(there -> OptionalLong.of(version(place, there)))
        .orElseGet(OptionalLong::empty);
  }

  private long version(String place, S3Objects.Found there) {
    String text = there.metadata().getOrDefault(VERSION, "");
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new StoreException(
          "%s%s has the metadata %s '%s', expected a number; delete it; it is then created again"
              .formatted(location, pointer(place), VERSION, text),
          e);
    }
  }

  @Override
  public Optional<byte[]> description(String place) {
    return objects
        .tryGet("cannot read '" + place + "'", pointer(place))
        .map(S3Objects.Found::bytes);
  }

  private static String pointer(String place) {
    return StorePath.requireSegment(place) + "/" + place + ".json";
  }

  @Override
  public long usedBytes() {
    return objects.bytes("cannot measure the checkpoint store", "");
  }

  @Override
  public void requireWritable() {
    directories();
    String what = "cannot try out the checkpoint store";
    String path = "probe/" + UUID.randomUUID();
    byte[] probe = S3Objects.ascii("written at start, and deleted at once");
    if (!objects.putIfAbsent(what, path, probe, Map.of())) {
      throw errors.unconditional("refused an object under an unused key");
    }
    try {
      if (objects.putIfAbsent(what, path, probe, Map.of())) {
        throw errors.unconditional("overwrote an object despite If-None-Match: *");
      }
      String eTag = objects.tryGet(what, path).map(S3Objects.Found::eTag).orElse("");
      byte[] second = S3Objects.ascii("written over the first");
      if (!objects.putIfSame(what, path, second, Map.of(), eTag)) {
        throw errors.unconditional("refused an If-Match with the ETag that it had returned");
      }
      if (objects.putIfSame(what, path, probe, Map.of(), eTag)) {
        throw errors.unconditional("overwrote an object despite an If-Match that did not");
      }
    } finally {
      objects.delete(what, path);
    }
  }

  @Override
  public boolean isRemote() {
    return true;
  }

  @Override
  public String location() {
    return errors.location();
  }

  @Override
  public void close() {
    objects.close();
  }
}
