package io.millrace.eval.commit;

import io.millrace.schemas.proto.ScoreSums;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Commits on a thread of its own, one commit at a time, so that scoring goes on meanwhile. All
 * methods are the scoring thread's.
 */
public final class CommitThread implements AutoCloseable {
  private final Commits commits;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(work -> new Thread(work, "millrace-scoring-commit"));
  private @Nullable Future<?> inFlight;

  public CommitThread(Commits commits) {
    this.commits = commits;
  }

  /**
   * As {@link Commits#open}. Nothing is in flight.
   *
   * @throws KafkaException if it failed
   */
  public void open() {
    commits.open();
  }

  /** Begins a commit; none is in flight. What is given stays as it is. */
  public void begin(
      List<ScoreSums> sums,
      Map<TopicPartition, OffsetAndMetadata> positions,
      ConsumerGroupMetadata member) {
    inFlight = thread.submit(() -> commits.commit(sums, positions, member));
  }

  public boolean isInFlight() {
    return inFlight != null;
  }

  /** Whether the one in flight has come to its end, whichever. */
  public boolean isDone() {
    return inFlight != null && inFlight.isDone();
  }

  /**
   * Waits for the one in flight, which then is no more.
   *
   * @throws KafkaException if it failed, or may have: as {@link Commits#commit}
   */
  public void await() throws InterruptedException {
    Future<?> awaited = inFlight;
    inFlight = null;
    if (awaited == null) {
      return;
    }
    try {
      awaited.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("a commit failed", e.getCause());
    }
  }

  @Override
  public void close() {
    commits.close();
    thread.shutdown();
  }
}
