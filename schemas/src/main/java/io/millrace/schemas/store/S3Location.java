package io.millrace.schemas.store;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The location of a store's objects.
 *
 * @param prefix of all keys; empty, or ends with a slash
 */
record S3Location(String bucket, String prefix) {
  private static final Pattern FORM = Pattern.compile("s3://([^/]+)(?:/(.*?))?/?");

  static boolean isOne(String store) {
    return store.startsWith("s3://");
  }

  /** Parses {@code s3://bucket} or {@code s3://bucket/some/prefix}. */
  static S3Location parse(String store) {
    Matcher form = FORM.matcher(store);
    if (!form.matches()) {
      throw new StoreException("'" + store + "' is not of the form s3://bucket/prefix");
    }
    String path = form.group(2);
    return new S3Location(form.group(1), path == null || path.isEmpty() ? "" : path + "/");
  }

  String key(String path) {
    return prefix + path;
  }

  @Override
  public String toString() {
    return "s3://" + bucket + "/" + prefix;
  }
}
