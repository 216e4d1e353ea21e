package io.millrace.schemas.config;

import io.millrace.schemas.config.binding.Checks;
import io.millrace.schemas.config.binding.Setting;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a store of objects is reached. Credentials are no part of it: they come from where AWS's
 * clients look for them (environment, files, web identity).
 */
public record S3Config(
    @Setting(
            value = "The URL of a server that speaks S3 (MinIO, Ceph, R2); absent: AWS's own.",
            byDefault = Setting.NONE)
        @Nullable String endpoint,
    @Setting(
            value =
                "The bucket's region; absent: as AWS's clients find it, and us-east-1 where an endpoint is given.",
            byDefault = Setting.NONE)
        @Nullable String region,
    @Setting(
            value =
                "Name the bucket in the path instead of the host; absent: where an endpoint is given.",
            byDefault = Setting.NONE)
        @Nullable Boolean pathStyle,
    @Setting(
            value = "How long one try may take, a whole model's transfer included.",
            byDefault = "PT30S")
        Duration timeout) {
  public S3Config {
    new Checks()
        .that(
            endpoint == null || isUrl(endpoint),
            "endpoint",
            "'" + endpoint + "'",
            "must be a URL like https://minio.example:9000, without a path")
        .that(
            region == null || region.matches("[A-Za-z0-9-]+"),
            "region",
            "'" + region + "'",
            "must be a region like eu-central-1")
        .positive("timeout", timeout)
        .done();
  }

  /** What a store on a server of one's own is reached by. */
  public static S3Config at(String endpoint) {
    return new S3Config(endpoint, null, null, Duration.ofSeconds(30));
  }

  public boolean isPathStyle() {
    return pathStyle == null ? endpoint != null : pathStyle;
  }

  /** The region to name; empty if AWS's clients are to find it. */
  public Optional<String> tryRegion() {
    return region == null && endpoint != null
        ? Optional.of("us-east-1")
        : Optional.ofNullable(region);
  }

  private static boolean isUrl(String text) {
    try {
      URI url = new URI(text);
      return ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
          && url.getHost() != null
          && url.getUserInfo() == null
          && url.getQuery() == null
          && (url.getPath().isEmpty() || url.getPath().equals("/"));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
