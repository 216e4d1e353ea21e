package io.millrace.schemas.store;

import io.millrace.schemas.config.S3Config;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Translates errors of S3 and of the connection into messages that state what to do. */
record S3Errors(S3Location place, S3Config config) {
  private static final List<String> WRONG_CREDENTIALS =
      List.of("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken");
  private static final String RIGHTS =
      "required are s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject below the prefix"
          + " (docs/security.md has the policies)";

  String location() {
    return config.endpoint() == null ? place.toString() : place + " at " + config.endpoint();
  }

  StoreException explain(String what, SdkException e) {
    return new StoreException(
        "%s in %s: %s (%s)".formatted(what, location(), advice(e), firstLine(e)), e);
  }

  /** The server does not support the conditions that keep writers apart. */
  StoreException unconditional(String found) {
    return new StoreException(
        ("%s %s; Millrace needs conditional puts, so that a replaced trainer cannot overwrite anything: use a newer"
                + " version of the server, or a directory on a shared volume")
            .formatted(location(), found));
  }

  private String advice(SdkException e) {
    return e instanceof S3Exception refusal ? advice(refusal) : adviceOnTheWay(e);
  }

  private String advice(S3Exception e) {
    String code =
        Optional.ofNullable(e.awsErrorDetails()).map(AwsErrorDetails::errorCode).orElse("");
    if (code.equals("NoSuchBucket")) {
      return "bucket '%s' does not exist; create it, or correct checkpoint.store"
          .formatted(place.bucket());
    }
    if (WRONG_CREDENTIALS.contains(code)) {
      return "the credentials are not accepted; correct or renew what AWS's standard chain finds (environment, files,"
          + " web identity)";
    }
    if (code.equals("RequestTimeTooSkewed")) {
      return "this machine's clock differs too much from the server's; set it by NTP";
    }
    if (code.equals("AuthorizationHeaderMalformed") || e.statusCode() == 301) {
      return "the bucket is in another region; set checkpoint.s3.region to the one named here";
    }
    if (e.statusCode() == 403) {
      return "the credentials have no permission; " + RIGHTS;
    }
    if (e.statusCode() == 501) {
      return "the server lacks a required feature, perhaps conditional puts; use a newer version of it";
    }
    if (e.statusCode() >= 500) {
      return "the server was down or overloaded in every attempt; check it, and start again";
    }
    return "the server refused; if it is S3-compatible, please report this as a bug";
  }

  private String adviceOnTheWay(SdkException e) {
    if (has(e, UnknownHostException.class)) {
      return "the host is unknown; correct checkpoint.s3.endpoint, and set checkpoint.s3.path_style: true if the"
          + " server does not take the bucket's name in the host's";
    }
    if (has(e, ConnectException.class)) {
      return "no server answers there; correct checkpoint.s3.endpoint, or open the network";
    }
    if (has(e, SSLException.class)) {
      return "no encrypted connection is possible; correct http or https in checkpoint.s3.endpoint, or make its"
          + " certificate's authority known to Java (-Djavax.net.ssl.trustStore)";
    }
    if (has(e, ApiCallAttemptTimeoutException.class)
        || has(e, java.net.SocketTimeoutException.class)) {
      return "no answer within checkpoint.s3.timeout (%s) in any attempt; check the network, or raise the timeout"
          .formatted(config.timeout());
    }
    String message = String.valueOf(e.getMessage());
    if (message.contains("redentials")) {
      return "no credentials were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a file named by"
          + " AWS_SHARED_CREDENTIALS_FILE, or a web identity";
    }
    if (message.contains("region")) {
      return "no region was found; set checkpoint.s3.region, or AWS_REGION";
    }
    return "the server cannot be reached";
  }

  private static boolean has(Throwable e, Class<? extends Throwable> kind) {
    return kind.isInstance(e) || (e.getCause() != null && has(e.getCause(), kind));
  }

  private static String firstLine(SdkException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
