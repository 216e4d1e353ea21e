package io.millrace.schemas.store;

import io.millrace.schemas.config.LoadedPipeline;
import java.nio.file.Path;

/** Opens the store that a pipeline names. */
public final class CheckpointStores {
  private CheckpointStores() {}

  /**
   * Opens the pipeline's store. The caller closes it.
   *
   * @throws StoreException if it cannot be used as configured
   */
  public static CheckpointStore open(LoadedPipeline pipeline) {
    String store = pipeline.checkpointStore();
    return S3Location.isOne(store)
        ? S3CheckpointStore.open(S3Location.parse(store), pipeline.config().checkpoint().s3())
        : new LocalCheckpointStore(Path.of(store));
  }
}
