package io.millrace.trainer.training;

import ai.djl.engine.Engine;

/** The engine, loaded with DJL's telemetry switched off: a trainer sends no usage data. */
final class PyTorch {
  private static final String TELEMETRY_OPT_OUT = "OPT_OUT_TRACKING";

  private PyTorch() {}

  static Engine engine() {
    System.setProperty(TELEMETRY_OPT_OUT, "true");
    return Engine.getEngine("PyTorch");
  }
}
