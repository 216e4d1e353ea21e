package io.millrace.schemas.config;

import io.millrace.schemas.config.binding.Checks;
import io.millrace.schemas.config.binding.Setting;
import org.jspecify.annotations.Nullable;

/** Metrics, health and the live page. */
public record OpsConfig(
    @Setting(value = "The address to bind.", byDefault = "127.0.0.1") String host,
    @Setting(value = "The port of trainer-service; 0: any free port.", byDefault = "9401")
        int trainerPort,
    @Setting(
            value = "The port of eval-service and the live page; 0: any free port.",
            byDefault = "9402")
        int evalPort,
    @Setting(
            value = "A file with the token that clients must send as 'Authorization: Bearer'.",
            byDefault = Setting.NONE)
        @Nullable String tokenFile) {
  public OpsConfig {
    new Checks()
        .notBlank("host", host)
        .between("trainer_port", trainerPort, 0, 65535)
        .between("eval_port", evalPort, 0, 65535)
        .done();
  }
}
