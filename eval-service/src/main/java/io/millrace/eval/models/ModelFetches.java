package io.millrace.eval.models;

import io.millrace.schemas.proto.StoredFile;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Reads files from a store that may be slow or unreachable, without blocking the caller for long: a
 * call waits for a moment, and the caller calls again later if the file has not arrived. Confined
 * to one thread; owns the threads that read.
 */
public final class ModelFetches implements AutoCloseable {
  /** Thrown while a file is being read; try again later. */
  static final class NotYetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotYetException(String path) {
      super(path + " is still being read from the store", null, false, false);
    }
  }

  private static final int THREADS = 2;
  private static final int AT_ONCE = 4;

  private final Function<StoredFile, byte[]> load;
  private final Duration patience;
  private final Map<StoredFile, Future<byte[]>> underWay = new LinkedHashMap<>();
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS,
          work -> {
            Thread thread = new Thread(work, "millrace-scoring-fetch");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param load reads a file; blocks until it has the bytes or fails
   * @param patience how long the first call for a file waits
   */
  public ModelFetches(Function<StoredFile, byte[]> load, Duration patience) {
    this.load = load;
    this.patience = patience;
  }

  /**
   * The bytes of a file.
   *
   * @throws NotYetException if the file has not arrived yet
   * @throws RuntimeException as {@code load} does; the next call tries again
   */
  public byte[] tryLoad(StoredFile file) {
    Future<byte[]> fetch = underWay.get(file);
    boolean isFirst = fetch == null;
    if (fetch == null) {
      if (!hasRoom()) {
        throw new NotYetException(file.getPath());
      }
      fetch = threads.submit(() -> load.apply(file));
      underWay.put(file, fetch);
    }
    try {
      byte[] bytes = fetch.get(isFirst ? patience.toNanos() : 0, TimeUnit.NANOSECONDS);
      underWay.remove(file);
      return bytes;
    } catch (TimeoutException e) {
      throw new NotYetException(file.getPath());
    } catch (ExecutionException e) {
      underWay.remove(file);
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotYetException(file.getPath());
    }
  }

  /** Drops files that have arrived but were not requested again; reads in progress stay. */
  private boolean hasRoom() {
    Iterator<Future<byte[]>> eldestFirst = underWay.values().iterator();
    while (underWay.size() >= AT_ONCE && eldestFirst.hasNext()) {
      if (eldestFirst.next().isDone()) {
        eldestFirst.remove();
      }
    }
    return underWay.size() < AT_ONCE;
  }

  /** Interrupts the reads in progress. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
