package io.millrace.trainer.leading;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReplayedSettingsTest {
  @Test
  void settingsThatOneSideDoesNotKnowAreNamed() {
    // given
    Map<String, String> recorded =
        Map.of("seed", "7", "threads", "1", "of_later", "x", SettingsHistory.CEILING, "8");
    Map<String, String> here =
        Map.of("seed", "7", "threads", "2", "momentum", "0", SettingsHistory.CEILING, "0");
    Map<String, String> differences = new TreeMap<>();

    // when
    CheckpointReplay.compare(recorded, here, differences);

    // then: the ceiling is replayed step by step, not compared
    assertThat(differences)
        .containsOnly(
            Map.entry("threads", "1, here 2"),
            Map.entry("momentum", "not recorded, here 0"),
            Map.entry("of_later", "x, here unknown"));
  }
}
