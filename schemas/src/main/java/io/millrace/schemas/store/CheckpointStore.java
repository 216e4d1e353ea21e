package io.millrace.schemas.store;

import io.millrace.schemas.proto.StoredFile;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Keeps checkpoints as directories of files. Safe for use by several threads and processes at once.
 *
 * <p>Every method throws {@link StoreException} when the store cannot be reached or refuses.
 */
public interface CheckpointStore {
  /**
   * Stores all files under {@code directory}, durably, all at once: a reader sees all of them or
   * none.
   *
   * @param directory one path segment, e.g. {@code 000000000020-3.1-5e0c66a9}
   * @param files bytes by file name (one path segment each), in memory
   * @return what to announce, in the order of the map
   * @throws AlreadyStoredException if the directory exists; nothing is overwritten
   */
  List<StoredFile> publish(String directory, Map<String, byte[]> files);

  /**
   * The bytes of a file.
   *
   * @throws CorruptFileException if the file is absent, or its size or SHA-256 is not as announced
   */
  byte[] load(StoredFile file);

  /** Names of the whole directories, in order of name. Leftovers of crashes are not among them. */
  List<String> directories();

  /** Deletes a directory; one that is absent is no error. */
  void delete(String directory);

  /**
   * Deletes what {@link #publish} or {@link #delete} of these directories left half done when its
   * process died. Not to be asked for directories that may be in the making.
   */
  void deleteUnfinished(Predicate<String> directory);

  /**
   * Puts files at a fixed place in one atomic switch, replacing what was there: a reader of {@code
   * <place>/<file>} always finds a whole file.
   */
  void replace(String place, Map<String, byte[]> files);

  /**
   * The same, unless what is there has this version or a later one: the place never goes back,
   * however many write to it at once. The version is stored with the files. What was there before
   * stays until the next switch, for readers who were just opening it.
   *
   * @param version e.g. the offset of the decision that these files reflect
   * @return whether the place was switched
   */
  boolean replaceIfNewer(String place, long version, Map<String, byte[]> files);

  /** The version at a fixed place; empty if {@link #replaceIfNewer} never put anything there. */
  OptionalLong version(String place);

  /** The bytes at a fixed place, or an empty list if nothing was ever put there. */
  List<byte[]> read(String place, String file);

  /** Bytes of all directories and places. */
  long usedBytes();

  /** For messages, without secrets. */
  String location();
}
