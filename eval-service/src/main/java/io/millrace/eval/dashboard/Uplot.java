package io.millrace.eval.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Finds the files of uPlot, the chart library, in the version on the class path. */
public final class Uplot {
  private static final String ABOUT = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";
  private static final String FILES = "/META-INF/resources/webjars/uplot/%s/dist/%s";

  private Uplot() {}

  /**
   * The absolute name of a resource on the class path.
   *
   * @param file e.g. {@code uPlot.min.css}
   * @throws IllegalStateException if uPlot is not on the class path
   */
  public static String resource(String file) {
    try (InputStream about = Uplot.class.getResourceAsStream(ABOUT)) {
      if (about == null) {
        throw new IllegalStateException(
            "uPlot's " + ABOUT + " is not on the class path; build with mvn package");
      }
      Properties properties = new Properties();
      properties.load(about);
      return FILES.formatted(properties.getProperty("version"), file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
