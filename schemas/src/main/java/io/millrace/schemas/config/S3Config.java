package io.millrace.schemas.config;

import io.millrace.schemas.config.binding.Checks;
import io.millrace.schemas.config.binding.Setting;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How an object store is accessed. Credentials are not part of it: AWS's clients find them (in the
 * environment, in files, or by web identity).
 */
public record S3Config(
    @Setting(
            value = "The URL of an S3-compatible server (MinIO, Ceph, R2); absent: AWS.",
            byDefault = Setting.NONE)
        @Nullable String endpoint,
    @Setting(
            value =
                "The bucket's region; absent: us-east-1 with an endpoint, otherwise as found by AWS's clients.",
            byDefault = Setting.NONE)
        @Nullable String region,
    @Setting(
            value =
                "Whether the path names the bucket instead of the host; absent: true with an endpoint.",
            byDefault = Setting.NONE)
        @Nullable Boolean pathStyle,
    @Setting(
            value = "The time limit of one attempt, including the transfer of a whole model.",
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

  /** The settings for a server at this address, with all other defaults. */
  public static S3Config at(String endpoint) {
    return new S3Config(endpoint, null, null, Duration.ofSeconds(30));
  }

  public boolean isPathStyle() {
    return pathStyle == null ? endpoint != null : pathStyle;
  }

  /** The region to name; empty if AWS's clients determine it. */
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
