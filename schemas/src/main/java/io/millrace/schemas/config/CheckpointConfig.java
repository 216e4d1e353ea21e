package io.millrace.schemas.config;

import io.millrace.schemas.config.binding.Checks;
import io.millrace.schemas.config.binding.Setting;
import io.millrace.schemas.promotions.Pins;
import java.time.Duration;
import java.util.List;

/** The checkpoint store, and which checkpoints it keeps. */
public record CheckpointConfig(
    @Setting(
            value =
                "A directory, relative to the file's own, or s3://bucket/prefix; all services must see the same.",
            byDefault = "checkpoints")
        String store,
    @Setting(value = "How the object store is accessed.", byDefault = "{}") S3Config s3,
    @Setting(value = "Checkpoints younger than this are never deleted.", byDefault = "PT1M")
        Duration minAge,
    @Setting(
            value =
                "Checkpoints that are never deleted: ids, or step>=N, the first announced at or after step N.",
            byDefault = "[]")
        List<String> pinned,
    @Setting(
            value =
                "The largest difference |ONNX Runtime - DJL| at which a checkpoint is announced; relative for values beyond 1.",
            byDefault = "0.001")
        double parityTolerance) {
  private static final String OBJECTS =
      "s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._-]+)*/?";

  public CheckpointConfig {
    pinned = List.copyOf(pinned);
    new Checks()
        .notBlank("store", store)
        .that(
            !store.contains("://") || store.matches(OBJECTS),
            "store",
            "'" + store + "'",
            "must be a directory, or like s3://bucket/some/prefix; the server's address goes to s3.endpoint")
        .that(
            store.contains("://") || s3.equals(new S3Config(null, null, null, s3.timeout())),
            "s3",
            "settings of an object store",
            "for a store in the directory '"
                + store
                + "'; set store: s3://bucket/prefix, or leave them out")
        .notNegative("min_age", minAge)
        .that(
            pinned.stream().allMatch(pin -> pin.matches(Pins.ENTRY)),
            "pinned",
            pinned,
            "must be ids of checkpoints, or like step>=1200")
        .that(parityTolerance > 0, "parity_tolerance", parityTolerance, "must be > 0")
        .done();
  }
}
