package io.millrace.objects;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * An S3 server in this process, on 127.0.0.1: S3Proxy over a directory. A bucket is a subdirectory,
 * an object is a file. Clients must sign with {@link #ACCESS_KEY} and {@link #SECRET_KEY}, and name
 * the bucket in the path. Thread-safe.
 */
public final class EmbeddedObjects implements AutoCloseable {
  public static final String ACCESS_KEY = "millrace";
  public static final String SECRET_KEY = "not-a-secret";

  private final Path directory;
  private final BlobStore objects;
  private final S3Proxy server;

  private EmbeddedObjects(Path directory, BlobStore objects, S3Proxy server) {
    this.directory = directory;
    this.objects = objects;
    this.server = server;
  }

  /** Starts a server of the buckets in this directory, on a free port. */
  public static EmbeddedObjects start(Path directory) {
    BlobStore objects =
        new ComparedAndSwapped(new FilesystemNio2BlobStore(directory.toAbsolutePath().toString()));
    return start(directory, objects);
  }

  /** As above, but the server ignores conditions of puts, as older servers do. */
  public static EmbeddedObjects startWithoutConditions(Path directory) {
    BlobStore objects =
        new Unconditional(new FilesystemNio2BlobStore(directory.toAbsolutePath().toString()));
    return start(directory, objects);
  }

  private static EmbeddedObjects start(Path directory, BlobStore objects) {
    S3Proxy server =
        S3Proxy.builder()
            .blobStore(objects)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
            .build();
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException("S3Proxy could not start on 127.0.0.1: " + e, e);
    }
    return new EmbeddedObjects(directory, objects, server);
  }

  /** The server's address, for example {@code http://127.0.0.1:41234}. */
  public String endpoint() {
    return "http://127.0.0.1:" + server.getPort();
  }

  /** Creates a bucket if it does not exist. */
  public void makeBucket(String name) {
    try {
      Files.createDirectories(directory.resolve(name));
    } catch (IOException e) {
      throw new IllegalStateException("cannot create bucket " + name + " in " + directory, e);
    }
  }

  /** The file that holds an object. */
  public Path file(String bucket, String key) {
    return directory.resolve(bucket).resolve(key);
  }

  /** Stops the server. Closing again does nothing. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("S3Proxy could not stop: " + e, e);
    } finally {
      objects.close();
    }
  }
}
