package io.millrace.trainer.leading;

import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.schemas.ops.Meters;
import io.millrace.schemas.ops.Readiness;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.store.LocalCheckpointStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * The training half in a separate process, which waits at the start of a term: it leads and has
 * read the announcements, and is about to delete what earlier terms left behind. It writes the file
 * {@code inside} next to the pipeline, and continues once the file {@code go} exists.
 */
final class HaltedTrainerProcess {
  private HaltedTrainerProcess() {}

  public static void main(String[] arguments) {
    Path file = Path.of(arguments[0]);
    LoadedPipeline pipeline = FilledLog.load(file);
    CheckpointStore store = new LocalCheckpointStore(Path.of(pipeline.checkpointStore()));
    CheckpointStore waiting =
        (CheckpointStore)
            Proxy.newProxyInstance(
                CheckpointStore.class.getClassLoader(),
                new Class<?>[] {CheckpointStore.class},
                (proxy, method, given) -> {
                  if (method.getName().equals("deleteUnfinished")) {
                    waitFor(file);
                  }
                  try {
                    return method.invoke(store, given);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    try (var meters = new Meters();
        var loop = TrainerLoop.start(pipeline, waiting, meters, new Readiness())) {
      loop.end().join();
    }
  }

  private static void waitFor(Path file) throws Exception {
    Path inside = file.resolveSibling("inside");
    if (!Files.exists(inside)) {
      Files.createFile(inside);
    }
    while (!Files.exists(file.resolveSibling("go"))) {
      LockSupport.parkNanos(1_000_000);
    }
  }
}
