package io.millrace.schemas.store;

import io.millrace.schemas.proto.StoredFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Keeps checkpoints as directories of files. Safe for use by several threads and processes at once.
 *
 * <p>Every method throws {@link StoreException} when the store cannot be reached or refuses.
 */
public interface CheckpointStore extends AutoCloseable {
  /**
   * Stores all files under {@code directory}, durably, and returns when all are there. Whoever is
   * told of them finds all of them; nobody is told before.
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

  /**
   * Names of the directories, in order of name. What a crash left half stored may be among them:
   * only an announced one is known to be whole.
   */
  List<String> directories();

  /** Deletes a directory; one that is absent is no error. */
  void delete(String directory);

  /**
   * Deletes what {@link #publish} or {@link #delete} of these directories left half done when its
   * process died, where that is not among the {@link #directories}. Not to be asked for directories
   * that may be in the making.
   */
  void deleteUnfinished(Predicate<String> directory);

  /**
   * Puts a description at {@code <place>/<place>.json} in one atomic switch, unless what is there
   * has this version or a later one: the place never goes back, however many write to it at once.
   * Where files can lie beside it at no risk, a copy of {@code file} is switched with it. What was
   * there before stays until the next switch, for readers who were just opening it.
   *
   * @param version e.g. the offset of the decision that these files reflect; stored with them
   * @param file what is described, e.g. a model
   * @return whether the place was switched
   * @throws CorruptFileException if the file is absent, or not as announced
   */
  boolean replaceIfNewer(String place, long version, StoredFile file, byte[] description);

  /** The version at a fixed place; empty if nothing was ever put there. */
  OptionalLong version(String place);

  /** The description at a fixed place; empty if nothing was ever put there. */
  Optional<byte[]> description(String place);

  /** Bytes of all directories and places. */
  long usedBytes();

  /** Whether files come from another machine, which may be slow or down for a while. */
  boolean isRemote();

  /** For messages, without secrets. */
  String location();

  /**
   * Requires what those that write rely on, by trying it.
   *
   * @throws StoreException with what is missing and what to do
   */
  void requireWritable();

  /** Ends its connections. */
  @Override
  void close();

  /** Where a checkpoint's file lies below the root of any store. */
  static String pathOf(StoredFile file) {
    return "checkpoints/" + file.getPath();
  }
}
