package io.millrace.eval.models;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;

/**
 * The device on which sessions run.
 *
 * @param gpu the GPU's number, or -1 for the CPU
 * @param note the choice, and the reason if it differs from the setting
 */
public record Device(int gpu, String note) {
  private static final int CPU = -1;

  /**
   * Resolves {@code evaluation.device}. If the requested GPU cannot be used, the CPU is chosen and
   * the note gives the reason.
   *
   * @param wanted auto, cpu, gpu or gpu:N
   */
  public static Device choose(String wanted) {
    if (wanted.equals("cpu")) {
      return new Device(CPU, "scoring on the CPU");
    }
    boolean asked = wanted.startsWith("gpu");
    int gpu = wanted.startsWith("gpu:") ? Integer.parseInt(wanted.substring("gpu:".length())) : 0;
    if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
      return asked
          ? new Device(
              CPU,
              wanted
                  + " was requested, but this build has no CUDA (build with -Pgpu): scoring on the CPU")
          : new Device(CPU, "scoring on the CPU");
    }
    try {
      // without an environment, CUDA cannot be loaded
      OrtEnvironment.getEnvironment();
      options(gpu, 1).close();
      return new Device(gpu, "scoring on GPU " + gpu);
    } catch (OrtException | RuntimeException e) {
      return new Device(
          CPU, "GPU %d cannot be used (%s): scoring on the CPU".formatted(gpu, firstLine(e)));
    }
  }

  public boolean isGpu() {
    return gpu >= 0;
  }

  /**
   * Options of one session. The caller closes them.
   *
   * @param threads on the CPU
   */
  OrtSession.SessionOptions options(int threads) throws OrtException {
    return options(gpu, threads);
  }

  /*
   * Thousands of sessions are opened and closed: arenas grow only by the requested size, and no memory plan is kept per shape.
   */
  private static OrtSession.SessionOptions options(int gpu, int threads) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    try {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setMemoryPatternOptimization(false);
      if (gpu != CPU) {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(gpu)) {
          cuda.add("arena_extend_strategy", "kSameAsRequested");
          options.addCUDA(cuda);
        }
      }
      return options;
    } catch (OrtException | RuntimeException e) {
      options.close();
      throw e;
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
