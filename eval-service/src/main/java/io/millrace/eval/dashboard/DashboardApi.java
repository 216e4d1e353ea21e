package io.millrace.eval.dashboard;

import io.javalin.config.JavalinConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.millrace.eval.dashboard.live.LiveModel;
import io.millrace.eval.dashboard.live.PageState;
import io.millrace.eval.dashboard.live.SeriesColumns;
import io.millrace.schemas.config.Task;
import io.millrace.schemas.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The JSON API below {@code /api}: read-only. docs/api.md is its contract. */
final class DashboardApi {
  private static final int DEFAULT_LIMIT = 50;
  private static final Pattern METRICS = Pattern.compile("[a-z0-9_.,]{1,1000}");
  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
              + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin");

  private final LiveModel model;
  private final PageListeners listeners;
  private final Task task;
  private final Clock clock;

  DashboardApi(LiveModel model, PageListeners listeners, Task task, Clock clock) {
    this.model = model;
    this.listeners = listeners;
    this.task = task;
    this.clock = clock;
  }

  void addTo(JavalinConfig config) {
    config.http.prefer405over404 = true;
    config.routes.before(context -> HEADERS.forEach(context::header));
    config.routes.before("/api/*", context -> context.header("Cache-Control", "no-store"));
    config.routes.get("/api/state", context -> json(context, model.state(clock.epochMs())));
    config.routes.get("/api/series", context -> json(context, series(context)));
    config.routes.get("/api/stages", context -> json(context, model.stages()));
    config.routes.get(
        "/api/checkpoints", context -> json(context, model.checkpoints(limit(context))));
    config.routes.get(
        "/api/promotions", context -> json(context, first(model.promotions(), limit(context))));
    config.routes.get(
        "/api/dead-letters", context -> json(context, first(model.deadLetters(), limit(context))));
    config.routes.get("/api/events", listeners::serve);
  }

  private List<SeriesColumns> series(Context context) {
    String metrics = context.queryParam("metrics");
    if (metrics == null) {
      return model.series(0, PageState.PageUpdate.metrics(task));
    }
    if (!METRICS.matcher(metrics).matches()) {
      throw new BadRequestResponse(
          "metrics: found '%s', expected names like loss,auc, or all".formatted(metrics));
    }
    return model.series(0, metrics.equals("all") ? List.of() : List.of(metrics.split(",")));
  }

  private static int limit(Context context) {
    @Nullable String limit = context.queryParam("limit");
    if (limit == null) {
      return DEFAULT_LIMIT;
    }
    if (!limit.matches("[0-9]{1,4}") || Integer.parseInt(limit) < 1) {
      throw new BadRequestResponse("limit: found '%s', expected 1 to 9999".formatted(limit));
    }
    return Integer.parseInt(limit);
  }

  private static <T> List<T> first(List<T> all, int limit) {
    return all.subList(0, Math.min(limit, all.size()));
  }

  private static void json(Context context, Object value) {
    context.contentType("application/json; charset=utf-8").result(ApiJson.of(value));
  }
}
