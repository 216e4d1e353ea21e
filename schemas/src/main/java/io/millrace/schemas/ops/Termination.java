package io.millrace.schemas.ops;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/** Closes a service when the process is asked to end (SIGTERM, or Ctrl-C). */
public final class Termination {
  /*
   * Shutdown hooks run concurrently, and ONNX Runtime has one that frees its environment: a service that checks a last
   * checkpoint would find it gone. So the service is closed when the signal arrives, and the process exits and runs its hooks
   * only afterwards.
   */
  private static final Logger log = LoggerFactory.getLogger(Termination.class);
  private static final int BY_SIGNAL = 128;

  private Termination() {}

  /**
   * From now on, a signal first closes the service, on a thread of its own, and then exits with 128
   * plus the signal's number. For use in {@code main}: it applies to the process.
   */
  public static void closes(AutoCloseable service) {
    for (String name : new String[] {"TERM", "INT"}) {
      try {
        Signal.handle(new Signal(name), signal -> end(service, signal));
      } catch (IllegalArgumentException keptByTheJvm) {
        log.atInfo().addKeyValue("signal", name).log("is not handled here");
      }
    }
  }

  private static void end(AutoCloseable service, Signal signal) {
    try {
      service.close();
    } catch (Exception e) {
      log.atWarn().setCause(e).log("did not close");
    }
    System.exit(BY_SIGNAL + signal.getNumber());
  }
}
