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

/** Creates clients of S3 and of S3-compatible servers. */
final class S3Clients {
  /** About 12 s of attempts if the server refuses at once. */
  static final int ATTEMPTS = 8;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final int CONFLICT = 409;

  private S3Clients() {}

  /**
   * The settings of a client.
   *
   * @param attempts how often a request is attempted
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
            // Every object has its SHA-256 in the announcement, and its MD5 during the transfer;
            // servers other than AWS do not all support the SDK's own checksums and chunks.
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

  /** Of two concurrent conditional writes, S3 refuses one with 409, which means to try again. */
  private static StandardRetryStrategy retries(int attempts) {
    return AwsRetryStrategy.standardRetryStrategy().toBuilder()
        .maxAttempts(attempts)
        .retryOnException(failure -> failure instanceof S3Exception e && e.statusCode() == CONFLICT)
        .build();
  }
}
