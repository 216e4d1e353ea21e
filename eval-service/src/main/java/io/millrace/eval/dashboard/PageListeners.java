package io.millrace.eval.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.ServiceUnavailableResponse;
import io.millrace.eval.dashboard.live.Bounds;
import io.millrace.eval.dashboard.live.LiveModel;
import io.millrace.eval.dashboard.live.PageState;
import io.millrace.schemas.config.Task;
import io.millrace.schemas.time.Clock;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The open event streams. Each receives updates at most twice a second, on the thread of its own
 * request: a slow reader gets fewer and larger updates and delays no other. Thread-safe.
 */
final class PageListeners implements AutoCloseable {
  /*
   * Javalin's SseClient is not used: closing one whose connection is lost completes a request that Jetty has recycled, and
   * Javalin 7.2.3 then handles failures of its own failure handler endlessly.
   */
  private static final long TICK_MS = 500;
  private static final long HEARTBEAT_MS = 5_000;

  private final LiveModel model;
  private final List<String> metrics;
  private final Clock clock;
  private final Semaphore room = new Semaphore(Bounds.LISTENERS);
  private final CountDownLatch closed = new CountDownLatch(1);

  PageListeners(LiveModel model, Task task, Clock clock) {
    this.model = model;
    this.metrics = PageState.PageUpdate.metrics(task);
    this.clock = clock;
  }

  /** Serves one page until it disconnects, or until closed. */
  void serve(Context context) {
    if (!room.tryAcquire()) {
      context.header("Retry-After", "10");
      throw new ServiceUnavailableResponse(
          "%d pages are open already, the most that are served at once; close one"
              .formatted(Bounds.LISTENERS));
    }
    try {
      context.res().setContentType("text/event-stream;charset=utf-8");
      if (context.method() == HandlerType.GET) {
        follow(context.res().getOutputStream(), resume(context.header("Last-Event-ID")));
      }
    } catch (IOException e) {
      // the page was closed
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      room.release();
    }
  }

  /** The version of the last event that a page received; 0 if it was from another process. */
  private long resume(@Nullable String lastEventId) {
    if (lastEventId == null || !lastEventId.startsWith(model.boot() + "-")) {
      return 0;
    }
    try {
      long version = Long.parseLong(lastEventId.substring(model.boot().length() + 1));
      return version <= model.version() ? Math.max(version, 0) : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private void follow(OutputStream out, long from) throws IOException, InterruptedException {
    long sent = from;
    long sentMs = 0;
    do {
      long nowMs = clock.epochMs();
      long version = model.version();
      if (version != sent || sentMs == 0) {
        PageState.PageUpdate update =
            new PageState.PageUpdate(sent == 0, model.state(nowMs), model.series(sent, metrics));
        write(out, "update", ApiJson.of(update), model.boot() + "-" + version);
        sent = version;
        sentMs = nowMs;
      } else if (nowMs - sentMs >= HEARTBEAT_MS) {
        write(out, "heartbeat", Long.toString(nowMs), model.boot() + "-" + version);
        sentMs = nowMs;
      }
    } while (!closed.await(TICK_MS, TimeUnit.MILLISECONDS));
  }

  /**
   * @param data one line
   */
  private static void write(OutputStream out, String event, String data, String id)
      throws IOException {
    out.write(("id: " + id + "\nevent: " + event + "\ndata: ").getBytes(UTF_8));
    out.write(data.getBytes(UTF_8));
    out.write("\n\n".getBytes(UTF_8));
    out.flush();
  }

  int count() {
    return Bounds.LISTENERS - room.availablePermits();
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
