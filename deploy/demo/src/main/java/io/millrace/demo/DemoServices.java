package io.millrace.demo;

import io.millrace.eval.EvalService;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.trainer.TrainerService;
import io.millrace.trainer.TrainerService.Half;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Both services, started in the same way as by their commands. Thread-safe. */
record DemoServices(TrainerService trainer, EvalService eval) implements AutoCloseable {
  static DemoServices start(LoadedPipeline pipeline) {
    TrainerService trainer = TrainerService.start(pipeline, EnumSet.allOf(Half.class));
    try {
      return new DemoServices(trainer, EvalService.start(pipeline));
    } catch (RuntimeException | Error e) {
      trainer.close();
      throw e;
    }
  }

  /** The address of the live page. */
  String page() {
    return eval.url();
  }

  /** One per service. It completes exceptionally as soon as the service fails. */
  List<CompletableFuture<Void>> ends() {
    return List.of(trainer.end(), eval.end());
  }

  /** Closes both services concurrently. */
  @Override
  public void close() {
    CompletableFuture.allOf(
            CompletableFuture.runAsync(trainer::close), CompletableFuture.runAsync(eval::close))
        .join();
  }
}
