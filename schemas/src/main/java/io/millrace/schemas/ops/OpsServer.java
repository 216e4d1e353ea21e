package io.millrace.schemas.ops;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.javalin.http.UnauthorizedResponse;
import io.javalin.util.JavalinBindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ops endpoint: {@code /metrics}, {@code /health/live}, {@code /health/ready}, and the routes
 * that the service adds. All except health require the token, if one is configured. Thread-safe.
 */
public final class OpsServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpsServer.class);
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** Threads are created on demand. Every page that listens for events occupies one. */
  private static final int MAX_THREADS = 40;

  private final Javalin javalin;
  private final String host;

  private OpsServer(Javalin javalin, String host) {
    this.javalin = javalin;
    this.host = host;
  }

  public static Builder builder(Meters meters, Readiness readiness) {
    return new Builder(meters, readiness);
  }

  public int port() {
    return javalin.port();
  }

  /** The address of the endpoint, for example {@code http://127.0.0.1:9401}. */
  public String url() {
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
  }

  @Override
  public void close() {
    javalin.stop();
  }

  /** The answer of {@code /health/live}. */
  record Live(String status) {}

  /** The answer of {@code /health/ready}. */
  record Ready(String status, List<Readiness.ReadinessState> conditions) {}

  /** Collects the settings of a server. Not thread-safe. */
  public static final class Builder {
    private final Meters meters;
    private final Readiness readiness;
    private String host = "127.0.0.1";
    private int port;
    private @Nullable Path tokenFile;
    private Consumer<JavalinConfig> additions = config -> {};

    private Builder(Meters meters, Readiness readiness) {
      this.meters = meters;
      this.readiness = readiness;
    }

    /** The address to bind. Default: 127.0.0.1. */
    public Builder host(String host) {
      this.host = host;
      return this;
    }

    /** The port to bind. Default: 0, any free port. */
    public Builder port(int port) {
      this.port = port;
      return this;
    }

    /** A file with the token that clients must send; null: no token. */
    public Builder tokenFile(@Nullable Path tokenFile) {
      this.tokenFile = tokenFile;
      return this;
    }

    /** Adds routes, static files or other configuration. */
    public Builder add(Consumer<JavalinConfig> addition) {
      additions = additions.andThen(addition);
      return this;
    }

    /**
     * @throws OpsException if the port is in use or the token file cannot be read
     */
    public OpsServer start() {
      var token = tokenFile == null ? null : Token.load(tokenFile);
      warnIfOpenToAll(token);
      var javalin = Javalin.create(config -> configure(config, token));
      try {
        javalin.start(host, port);
      } catch (JavalinBindException e) {
        throw new OpsException(
            "ops endpoint cannot bind %s:%d: %s; set ops.trainer_port or ops.eval_port to another port, or to 0 for any free port"
                .formatted(host, port, e.getMessage()),
            e);
      }
      return new OpsServer(javalin, host);
    }

    private void configure(JavalinConfig config, @Nullable Token token) {
      config.startup.showJavalinBanner = false;
      config.startup.showOldJavalinVersionWarning = false;
      config.startup.startupWatcherEnabled = false;
      config.jetty.threadPool = new QueuedThreadPool(MAX_THREADS, 2);
      if (token != null) {
        config.routes.before(context -> requireToken(context, token));
      }
      config.routes.get(
          "/metrics", context -> context.contentType(METRICS_TYPE).result(meters.scrape()));
      config.routes.get("/health/live", context -> context.json(new Live("live")));
      config.routes.get("/health/ready", this::answerReady);
      additions.accept(config);
    }

    private void answerReady(Context context) {
      var states = readiness.states();
      boolean ready = states.stream().allMatch(Readiness.ReadinessState::met);
      context
          .status(ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
          .json(new Ready(ready ? "ready" : "not ready", states));
    }

    private static void requireToken(Context context, Token token) {
      if (!context.path().startsWith("/health/") && !token.isIn(context.header("Authorization"))) {
        // one line each: Chromium reads a line as one scheme, and would not ask for a password
        // otherwise
        context.res().addHeader("WWW-Authenticate", "Basic realm=\"millrace\"");
        context.res().addHeader("WWW-Authenticate", "Bearer");
        throw new UnauthorizedResponse(
            "send the token of ops.token_file as 'Authorization: Bearer TOKEN'");
      }
    }

    private void warnIfOpenToAll(@Nullable Token token) {
      try {
        if (token == null && !InetAddress.getByName(host).isLoopbackAddress()) {
          LOG.atWarn()
              .addKeyValue("host", host)
              .log("ops endpoint is open to the network; set ops.token_file");
        }
      } catch (UnknownHostException e) {
        throw new OpsException(
            "ops.host '%s' is not an address of this machine; set 127.0.0.1, 0.0.0.0 or another address of this machine"
                .formatted(host),
            e);
      }
    }
  }
}
