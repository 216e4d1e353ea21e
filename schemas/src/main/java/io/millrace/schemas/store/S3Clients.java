package io.millrace.schemas.store;

import io.millrace.schemas.config.S3Config;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Clients of S3 and of what speaks like it. */
final class S3Clients {
  /** About 12 s of trying where there is no answer at once. */
  static final int ATTEMPTS = 8;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final int CONFLICT = 409;

  private S3Clients() {}

  /**
   * A client's settings.
   *
   * @param attempts how often a request is tried
   */
  static S3ClientBuilder builder(S3Config config, int attempts) {
    S3ClientBuilder builder =
        S3Client.builder()
            .credentialsProvider(DefaultCredentialsProvider.builder().build())
            .httpClientBuilder(
                Apache5HttpClient.builder()
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .socketTimeout(config.timeout()))
            .overrideConfiguration(
                override ->
                    override
                        .apiCallAttemptTimeout(config.timeout())
                        .retryStrategy(retries(attempts)))
            // Every object carries its SHA-256 in the announcement, and its MD5 on the way there;
            // other servers than AWS's do not all know the SDK's own checksums and chunks.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(
                S3Configuration.builder()
                    .pathStyleAccessEnabled(config.isPathStyle())
                    .chunkedEncodingEnabled(false)
                    .build());
    if (config.endpoint() != null) {
      builder.endpointOverride(URI.create(config.endpoint()));
    }
    config.tryRegion().map(Region::of).ifPresent(builder::region);
    return builder;
  }

  /** Two conditional writes that met are told to try again, by S3 with 409. */
  private static StandardRetryStrategy retries(int attempts) {
    return AwsRetryStrategy.standardRetryStrategy().toBuilder()
        .maxAttempts(attempts)
        .retryOnException(failure -> failure instanceof S3Exception e && e.statusCode() == CONFLICT)
        .build();
  }
}
