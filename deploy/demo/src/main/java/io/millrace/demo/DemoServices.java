package io.millrace.demo;

import io.millrace.eval.EvalService;
import io.millrace.schemas.config.LoadedPipeline;
import io.millrace.trainer.TrainerService;
import io.millrace.trainer.TrainerService.Half;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Both services, started as their commands start them. Thread-safe. */
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

  /** The live page. */
  String page() {
    return eval.url();
  }

  /** One fails as soon as its service has failed. */
  List<CompletableFuture<Void>> ends() {
    return List.of(trainer.end(), eval.end());
  }

  /** Ends both at once. */
  @Override
  public void close() {
    CompletableFuture.allOf(
            CompletableFuture.runAsync(trainer::close), CompletableFuture.runAsync(eval::close))
        .join();
  }
}
