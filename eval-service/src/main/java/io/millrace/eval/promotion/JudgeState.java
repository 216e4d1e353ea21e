package io.millrace.eval.promotion;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.schemas.promotions.InUse;
import java.util.List;
import java.util.Map;

/**
 * What the judge must know after a restart; stored as JSON under these names.
 *
 * @param champion in force, by all that was decided; empty: none
 * @param replaced what it replaced; empty: nothing
 * @param read what the topic of promotions says, as far as it was read
 * @param pending own decisions that were not read there yet, oldest first, encoded
 * @param trials encoded, oldest first
 * @param watch the trial of what was replaced against the champion, encoded; one or none
 * @param waiting the newest checkpoint that waits for a slot; empty: none
 * @param unscored by id, those waiting or on trial of which no pair has come yet
 * @param begun how many trials and watches began
 * @param lastPromotionMs event time; {@link Long#MIN_VALUE}: never
 * @param latestMs end of the newest window of paired sums; {@link Long#MIN_VALUE}: none
 * @param sumsOffset of the last score sums; -1: none
 */
public record JudgeState(
    @JsonProperty("champion") String champion,
    @JsonProperty("replaced") String replaced,
    @JsonProperty("read") InUse read,
    @JsonProperty("pending") List<byte[]> pending,
    @JsonProperty("trials") List<byte[]> trials,
    @JsonProperty("watch") List<byte[]> watch,
    @JsonProperty("waiting") String waiting,
    @JsonProperty("unscored") Map<String, Unscored> unscored,
    @JsonProperty("begun") long begun,
    @JsonProperty("lastPromotionMs") long lastPromotionMs,
    @JsonProperty("latestMs") long latestMs,
    @JsonProperty("sumsOffset") long sumsOffset) {
  public static final JudgeState EMPTY =
      new JudgeState(
          "",
          "",
          InUse.NONE,
          List.of(),
          List.of(),
          List.of(),
          "",
          Map.of(),
          0,
          Long.MIN_VALUE,
          Long.MIN_VALUE,
          -1);
}
