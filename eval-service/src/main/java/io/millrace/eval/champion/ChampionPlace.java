package io.millrace.eval.champion;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.proto.Promotion;
import io.millrace.schemas.proto.StoredFile;
import io.millrace.schemas.store.CheckpointStore;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where serving systems find the champion: {@code champion/champion.json} in the store names the
 * checkpoint and the path of its model. In a file system, {@code champion/model.onnx} is a copy of
 * that model. Thread-safe, also across processes: the place never goes back to an earlier decision.
 */
public record ChampionPlace(CheckpointStore store) {
  /** The place in the store. */
  public static final String NAME = "champion";

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Writes the champion, unless the place holds the champion of a later decision.
   *
   * @param decision the decision that put it in force
   * @param offset of the decision in the promotions topic
   * @return whether the place was changed
   * @throws io.millrace.schemas.store.StoreException if its file is missing or differs from its
   *     announcement
   */
  public boolean put(Checkpoint champion, Promotion decision, long offset) {
    return store.replaceIfNewer(
        NAME, offset, champion.getModel(), describe(champion, decision, offset));
  }

  private static byte[] describe(Checkpoint champion, Promotion decision, long offset) {
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("id", champion.getId());
    description.put("step", champion.getStep());
    description.put("promotions_offset", offset);
    description.put("decision", decision.getDecision().name());
    description.put("by", decision.getBy());
    description.put("at_ms", decision.getAtMs());
    StoredFile model = champion.getModel();
    description.put("model", CheckpointStore.pathOf(model));
    description.put("size_bytes", model.getSizeBytes());
    description.put("sha256", HexFormat.of().formatHex(model.getSha256().toByteArray()));
    try {
      return (JSON.writeValueAsString(description) + "\n").getBytes(UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts and numbers is always JSON", e);
    }
  }
}
