package io.millrace.tune;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.eval.dashboard.Uplot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The findings as one self-contained HTML file: uPlot, which draws the charts, is included, and the
 * file's content security policy forbids every request.
 */
final class HtmlReport {
  private HtmlReport() {}

  /**
   * Returns the text of the file.
   *
   * @param findings from {@link TuningResultsJson}, with the pipeline's name
   */
  static String of(ObjectNode findings) {
    return resource("/tune/report.html")
        .replace("/*UPLOT_CSS*/", resource(Uplot.resource("uPlot.min.css")))
        .replace("/*UPLOT_JS*/", resource(Uplot.resource("uPlot.iife.min.js")))
        .replace("/*REPORT_JS*/", resource("/tune/report.js"))
        .replace("\"FINDINGS\"", json(findings));
  }

  /* "</script>" in a text would end the script that contains it. */
  private static String json(ObjectNode findings) {
    try {
      return new JsonMapper().writeValueAsString(findings).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new TuneException("resource " + name + " is missing from this build; build it again");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
