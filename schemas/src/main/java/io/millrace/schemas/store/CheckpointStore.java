package io.millrace.schemas.store;

import io.millrace.schemas.proto.StoredFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Stores checkpoints as directories of files. Safe for concurrent use by several threads and
 * processes.
 *
 * <p>Every method throws {@link StoreException} if the store cannot be reached or refuses.
 */
public interface CheckpointStore extends AutoCloseable {
  /**
   * Stores all files under {@code directory}, durably, and returns when all are stored. Only the
   * caller knows their names until then, so no reader finds a part of them.
   *
   * @param directory one path segment, for example {@code 000000000020-3.1-5e0c66a9}
   * @param files bytes by file name (one path segment each), in memory
   * @return the files to announce, in the order of the map
   * @throws AlreadyStoredException if the directory exists; nothing is overwritten
   */
  List<StoredFile> publish(String directory, Map<String, byte[]> files);

  /**
   * Reads the bytes of a file.
   *
   * @throws CorruptFileException if the file is absent, or its size or SHA-256 is not as announced
   */
  byte[] load(StoredFile file);

  /**
   * Names of the directories, in order of name. They may include directories that a crash left half
   * stored: only an announced one is known to be whole.
   */
  List<String> directories();

  /** Deletes a directory, if it exists. */
  void delete(String directory);

  /**
   * Deletes what a killed process left unfinished of these directories by {@link #publish} or
   * {@link #delete}, unless it is among the {@link #directories}. Must not be called for
   * directories that may be in progress.
   */
  void deleteUnfinished(Predicate<String> directory);

  /**
   * Stores a description at {@code <place>/<place>.json} in one atomic switch, unless the place
   * already has this version or a later one: the place never goes back, even with several
   * concurrent writers. If the store can keep files next to it without risk, a copy of {@code file}
   * is switched together with it. The previous content stays until the next switch, for readers
   * that have just opened it.
   *
   * @param version for example the offset of the decision behind these files; stored with them
   * @param file the described file, for example a model
   * @return whether the place was switched
   * @throws CorruptFileException if the file is absent, or not as announced
   */
  boolean replaceIfNewer(String place, long version, StoredFile file, byte[] description);

  /** The version at a place; empty if nothing was ever stored there. */
  OptionalLong version(String place);

  /** The description at a place; empty if nothing was ever stored there. */
  Optional<byte[]> description(String place);

  /** The total bytes of all directories and places. */
  long usedBytes();

  /** Whether files come from another machine, which may be slow or temporarily unavailable. */
  boolean isRemote();

  /** The store's location for messages, without secrets. */
  String location();

  /**
   * Tries out the operations that writers depend on.
   *
   * @throws StoreException with what is missing and what to do
   */
  void requireWritable();

  /** Closes its connections. */
  @Override
  void close();

  /** The path of a checkpoint's file below the root of any store. */
  static String pathOf(StoredFile file) {
    return "checkpoints/" + file.getPath();
  }
}
