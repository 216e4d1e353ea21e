package io.millrace.eval.dashboard;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;

/** The page's files, by a fixed list of names: no other file of the class path can be requested. */
final class PageAssets {
  private static final String OURS = "/millrace-page/";
  private static final List<String> FILES =
      List.of(
          "page.css",
          "page.js",
          "charts.js",
          "dom.js",
          "format.js",
          "stream.js",
          "tables.js",
          "glance.js",
          "theme.js",
          "icon.svg");

  private PageAssets() {}

  static void addTo(JavalinConfig config) {
    serve(config, "/", OURS + "index.html");
    FILES.forEach(file -> serve(config, "/assets/" + file, OURS + file));
    serve(config, "/assets/uplot.js", Uplot.resource("uPlot.esm.js"));
    serve(config, "/assets/uplot.css", Uplot.resource("uPlot.min.css"));
  }

  private static void serve(JavalinConfig config, String path, String resource) {
    byte[] bytes = load(resource);
    String tag = '"' + DigestUtils.sha256Hex(bytes).substring(0, 32) + '"';
    String type = type(resource);
    config.routes.get(path, context -> answer(context, bytes, tag, type));
  }

  private static void answer(Context context, byte[] bytes, String tag, String type) {
    context.header("Cache-Control", "no-cache").header("ETag", tag);
    if (tag.equals(context.header("If-None-Match"))) {
      context.status(304);
    } else {
      context.contentType(type).result(bytes);
    }
  }

  private static String type(String resource) {
    String ending = resource.substring(resource.lastIndexOf('.') + 1);
    return switch (ending) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> "text/javascript; charset=utf-8";
    };
  }

  private static byte[] load(String resource) {
    try (InputStream stream = open(resource)) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String resource) {
    InputStream stream = PageAssets.class.getResourceAsStream(resource);
    if (stream == null) {
      throw new IllegalStateException(
          "the live page's file " + resource + " is not on the class path; build with mvn package");
    }
    return stream;
  }
}
