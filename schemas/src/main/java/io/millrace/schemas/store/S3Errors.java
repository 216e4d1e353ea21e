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

/** Says of what S3 or the way there refuses, what to do about it. */
record S3Errors(S3Location place, S3Config config) {
  private static final List<String> WRONG_CREDENTIALS =
      List.of("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken");
  private static final String RIGHTS =
      "needed are s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject below the prefix"
          + " (docs/security.md has the policies)";

  String location() {
    return config.endpoint() == null ? place.toString() : place + " at " + config.endpoint();
  }

  StoreException explain(String what, SdkException e) {
    return new StoreException(
        "%s in %s: %s (%s)".formatted(what, location(), advice(e), firstLine(e)), e);
  }

  /** The server does not do what keeps writers apart. */
  StoreException unconditional(String found) {
    return new StoreException(
        ("%s %s; Millrace needs conditional puts, so that a trainer that was replaced can overwrite nothing: take a newer"
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
      return "there is no bucket '%s'; make it, or correct checkpoint.store"
          .formatted(place.bucket());
    }
    if (WRONG_CREDENTIALS.contains(code)) {
      return "the credentials are not accepted; correct or renew what AWS's standard chain finds (environment, files,"
          + " web identity)";
    }
    if (code.equals("RequestTimeTooSkewed")) {
      return "this machine's clock is too far from the server's; set it by NTP";
    }
    if (code.equals("AuthorizationHeaderMalformed") || e.statusCode() == 301) {
      return "the bucket is in another region; set checkpoint.s3.region to the one named here";
    }
    if (e.statusCode() == 403) {
      return "the credentials in use may not; " + RIGHTS;
    }
    if (e.statusCode() == 501) {
      return "the server lacks something that is needed, conditional puts perhaps; take a newer version of it";
    }
    if (e.statusCode() >= 500) {
      return "the server is down or overloaded, and was so in every try; look at it, and start again";
    }
    return "the server refused; if it speaks S3, this is a fault to report";
  }

  private String adviceOnTheWay(SdkException e) {
    if (has(e, UnknownHostException.class)) {
      return "the host is not known; correct checkpoint.s3.endpoint, and set checkpoint.s3.path_style: true if the"
          + " server does not take the bucket's name in the host's";
    }
    if (has(e, ConnectException.class)) {
      return "nothing answers there; correct checkpoint.s3.endpoint, or let the network through";
    }
    if (has(e, SSLException.class)) {
      return "no encrypted connection comes about; correct http or https in checkpoint.s3.endpoint, or make its"
          + " certificate's authority known to Java (-Djavax.net.ssl.trustStore)";
    }
    if (has(e, ApiCallAttemptTimeoutException.class)
        || has(e, java.net.SocketTimeoutException.class)) {
      return "no answer within checkpoint.s3.timeout (%s) in any try; look at the network, or set it longer"
          .formatted(config.timeout());
    }
    String message = String.valueOf(e.getMessage());
    if (message.contains("redentials")) {
      return "no credentials are found; give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a file named by"
          + " AWS_SHARED_CREDENTIALS_FILE, or a web identity";
    }
    if (message.contains("region")) {
      return "no region is found; set checkpoint.s3.region, or AWS_REGION";
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
