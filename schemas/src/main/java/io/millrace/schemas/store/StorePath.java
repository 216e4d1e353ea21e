package io.millrace.schemas.store;

/**
 * Checks names within a store. Names that come from a topic are checked here before they reach a
 * file system.
 */
final class StorePath {
  private StorePath() {}

  /** A single path segment that cannot leave its directory. */
  static String requireSegment(String name) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,200}")) {
      throw new StoreException(
          "'"
              + name
              + "' cannot name a file or directory of a checkpoint: use letters, digits, '.', '_' and '-'");
    }
    return name;
  }

  /** {@code directory/file}, as {@link CheckpointStore#publish} returns it. */
  static String requireFile(String path) {
    int slash = path.indexOf('/');
    if (slash < 0) {
      throw new CorruptFileException("'" + path + "' is not of the form checkpoint/file");
    }
    requireSegment(path.substring(0, slash));
    requireSegment(path.substring(slash + 1));
    return path;
  }
}
