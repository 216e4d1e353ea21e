package io.millrace.cli;

import ai.djl.engine.Engine;
import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.AppInfoParser;
import picocli.CommandLine.IVersionProvider;

/**
 * Prints the versions for {@code millrace --version}. It loads both engines, and so also shows
 * whether their native libraries are present and which devices they find.
 */
final class Versions implements IVersionProvider {
  private static final String DJL_TELEMETRY_OPT_OUT = "OPT_OUT_TRACKING";

  @Override
  public String[] getVersion() throws IOException {
    return new String[] {
      "millrace " + own(),
      "java " + Runtime.version(),
      "kafka-clients " + AppInfoParser.getVersion(),
      "pytorch " + orWhyNot(Versions::pytorch),
      "onnxruntime " + orWhyNot(Versions::onnxRuntime)
    };
  }

  private static String own() throws IOException {
    String at = "/META-INF/maven/io.millrace/millrace-cli/pom.properties";
    try (InputStream pom = Versions.class.getResourceAsStream(at)) {
      Properties properties = new Properties();
      if (pom != null) {
        properties.load(pom);
      }
      return properties.getProperty("version", "(not packaged)");
    }
  }

  private static String pytorch() {
    System.setProperty(DJL_TELEMETRY_OPT_OUT, "true");
    Engine engine = Engine.getEngine("PyTorch");
    return engine.getVersion() + ", " + engine.getGpuCount() + " GPUs";
  }

  private static String onnxRuntime() {
    return OrtEnvironment.getEnvironment().getVersion()
        + ", "
        + OrtEnvironment.getAvailableProviders();
  }

  /** An engine may be left out on purpose: eval-service's image has no PyTorch. */
  private static String orWhyNot(Supplier<String> version) {
    try {
      return version.get();
    } catch (RuntimeException | LinkageError e) {
      return "cannot be loaded here: " + e.getMessage();
    }
  }
}
