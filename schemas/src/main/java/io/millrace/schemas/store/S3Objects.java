package io.millrace.schemas.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.commons.codec.binary.Base64;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The objects below one prefix, by their path relative to it. Thread-safe; owns the client. */
final class S3Objects implements AutoCloseable {
  /*
   * A put whose answer was lost is sent again, and then refused because its own object exists. So each put marks its object,
   * and a refused put checks whether the mark there is its own.
   */
  private static final String MARK = "millrace-put";
  private static final int PRECONDITION_FAILED = 412;
  private static final int NOT_FOUND = 404;
  private static final long ANY_SIZE = -1;

  /**
   * An object, and its ETag, which distinguishes it from another object under the same key.
   *
   * @param bytes empty if the size is not the requested one
   */
  record Found(long sizeBytes, byte[] bytes, Map<String, String> metadata, String eTag) {}

  private final S3Client client;
  private final S3Location location;
  private final S3Errors errors;

  S3Objects(S3Client client, S3Location location, S3Errors errors) {
    this.client = client;
    this.location = location;
    this.errors = errors;
  }

  /** Puts an object if there is none; returns false if there is one. */
  boolean putIfAbsent(String what, String path, byte[] bytes, Map<String, String> metadata) {
    return put(what, path, bytes, metadata, null);
  }

  /** Replaces the object with this ETag; returns false if it no longer exists. */
  boolean putIfSame(
      String what, String path, byte[] bytes, Map<String, String> metadata, String eTag) {
    return put(what, path, bytes, metadata, eTag);
  }

  private boolean put(
      String what, String path, byte[] bytes, Map<String, String> metadata, @Nullable String eTag) {
    String mark = UUID.randomUUID().toString();
    Map<String, String> marked = new HashMap<>(metadata);
    marked.put(MARK, mark);
    PutObjectRequest request =
        PutObjectRequest.builder()
            .bucket(location.bucket())
            .key(location.key(path))
            .contentMD5(Base64.encodeBase64String(DigestUtils.md5(bytes)))
            .contentType(path.endsWith(".json") ? "application/json" : "application/octet-stream")
            .metadata(marked)
            .ifMatch(eTag)
            .ifNoneMatch(eTag == null ? "*" : null)
            .build();
    return attempt(
        what,
        () -> {
          try {
            client.putObject(request, RequestBody.fromBytes(bytes));
            return true;
          } catch (S3Exception e) {
            if (e.statusCode() == PRECONDITION_FAILED || isGone(e)) {
              return mark.equals(mark(path));
            }
            throw e;
          }
        });
  }

  /** The mark of the existing object; empty if there is none. */
  private String mark(String path) {
    try {
      return client
          .headObject(
              HeadObjectRequest.builder().bucket(location.bucket()).key(location.key(path)).build())
          .metadata()
          .getOrDefault(MARK, "");
    } catch (S3Exception e) {
      if (e.statusCode() == NOT_FOUND) {
        return "";
      }
      throw e;
    }
  }

  /** An object of any size; empty if there is none. */
  Optional<Found> tryGet(String what, String path) {
    return tryGet(what, path, ANY_SIZE);
  }

  /** An object; its bytes are read only if it has this size. Empty if there is none. */
  Optional<Found> tryGet(String what, String path, long sizeBytes) {
    GetObjectRequest request =
        GetObjectRequest.builder().bucket(location.bucket()).key(location.key(path)).build();
    return attempt(
        what,
        () -> {
          try {
            return Optional.of(
                client.getObject(
                    request,
                    (response, in) -> {
                      long size = response.contentLength();
                      boolean isAsked = sizeBytes == ANY_SIZE || size == sizeBytes;
                      try {
                        byte[] bytes = isAsked ? in.readAllBytes() : new byte[0];
                        return new Found(size, bytes, response.metadata(), response.eTag());
                      } catch (IOException e) {
                        throw RetryableException.create("the connection was interrupted", e);
                      }
                    }));
          } catch (S3Exception e) {
            if (isGone(e)) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  /** Whether the object is absent, rather than the bucket. */
  private static boolean isGone(S3Exception e) {
    return e instanceof NoSuchKeyException
        || (e.awsErrorDetails() != null && "NoSuchKey".equals(e.awsErrorDetails().errorCode()));
  }

  /** Names below a path that ends with a slash, up to the next slash; in order. */
  List<String> names(String what, String path) {
    ListObjectsV2Request request = listing(path).delimiter("/").build();
    int start = location.key(path).length();
    return attempt(
        what,
        () ->
            client.listObjectsV2Paginator(request).commonPrefixes().stream()
                .map(CommonPrefix::prefix)
                .map(prefix -> prefix.substring(start, prefix.length() - 1))
                .sorted()
                .toList());
  }

  /** The total bytes of all objects below a path. */
  long bytes(String what, String path) {
    ListObjectsV2Request request = listing(path).build();
    return attempt(
        what,
        () ->
            client.listObjectsV2Paginator(request).contents().stream()
                .mapToLong(S3Object::size)
                .sum());
  }

  /** Deletes all objects below a path one by one: not every server can delete several at once. */
  void delete(String what, String path) {
    ListObjectsV2Request request = listing(path).build();
    attempt(
        what,
        () -> {
          client.listObjectsV2Paginator(request).contents().stream()
              .map(S3Object::key)
              .toList()
              .forEach(key -> client.deleteObject(one -> one.bucket(location.bucket()).key(key)));
          return true;
        });
  }

  private ListObjectsV2Request.Builder listing(String path) {
    return ListObjectsV2Request.builder().bucket(location.bucket()).prefix(location.key(path));
  }

  private <T> T attempt(String what, Supplier<T> request) {
    try {
      return request.get();
    } catch (SdkException e) {
      throw errors.explain(what, e);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
