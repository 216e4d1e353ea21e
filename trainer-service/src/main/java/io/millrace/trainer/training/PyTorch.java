package io.millrace.trainer.training;

import ai.djl.engine.Engine;

/** The engine, loaded without DJL's telemetry: a trainer tells nobody that it runs. */
final class PyTorch {
  private static final String TELEMETRY_OPT_OUT = "OPT_OUT_TRACKING";

  private PyTorch() {}

  static Engine engine() {
    System.setProperty(TELEMETRY_OPT_OUT, "true");
    return Engine.getEngine("PyTorch");
  }
}
