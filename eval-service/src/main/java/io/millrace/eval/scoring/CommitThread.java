package io.millrace.eval.scoring;

import io.millrace.schemas.proto.ScoreSums;
import io.millrace.schemas.threads.ThreadOwner;
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
final class CommitThread implements AutoCloseable {
  private final ThreadOwner owner = new ThreadOwner("the commits of scoring");
  private final Commits commits;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(work -> new Thread(work, "millrace-scoring-commit"));
  private @Nullable Future<?> inFlight;

  CommitThread(Commits commits) {
    this.commits = commits;
  }

  /**
   * As {@link Commits#open}. Nothing is in flight.
   *
   * @throws KafkaException if it failed
   */
  void open() {
    owner.claim();
    commits.open();
  }

  /** Begins a commit; none is in flight. What is given stays as it is. */
  void begin(
      List<ScoreSums> sums,
      Map<TopicPartition, OffsetAndMetadata> positions,
      ConsumerGroupMetadata member) {
    owner.claim();
    inFlight = thread.submit(() -> commits.commit(sums, positions, member));
  }

  boolean isInFlight() {
    return inFlight != null;
  }

  /** Whether the one in flight has come to its end, whichever. */
  boolean isDone() {
    return inFlight != null && inFlight.isDone();
  }

  /**
   * Waits for the one in flight, which then is no more.
   *
   * @throws KafkaException if it failed, or may have: as {@link Commits#commit}
   */
  void await() throws InterruptedException {
    owner.claim();
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
