package io.millrace.schemas.config;

import io.millrace.schemas.promotions.Pins;
import java.time.Duration;
import java.util.List;

/** Where checkpoints are kept. */
public record CheckpointConfig(
    @Setting(
            value = "A directory, relative to the file's own; all services must see the same one.",
            byDefault = "checkpoints")
        String store,
    @Setting(value = "Younger checkpoints are never deleted.", byDefault = "PT1M") Duration minAge,
    @Setting(
            value =
                "Checkpoints that are never deleted: ids, or step>=N, the first announced at or after step N.",
            byDefault = "[]")
        List<String> pinned,
    @Setting(
            value =
                "Largest |ONNX Runtime - DJL| allowed for a checkpoint to be announced; beyond 1, relative.",
            byDefault = "0.001")
        double parityTolerance) {
  public CheckpointConfig {
    pinned = List.copyOf(pinned);
    new Checks()
        .notBlank("store", store)
        .that(
            !store.contains("://"),
            "store",
            "'" + store + "'",
            "must be a directory; stores of objects, like S3, are not supported yet: mount a volume that all"
                + " services share")
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
