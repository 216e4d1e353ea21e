package io.millrace.schemas.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.objects.EmbeddedObjects;
import io.millrace.schemas.config.S3Config;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** An object store that cannot be used is refused with a message that states what to do. */
class S3RefusalsTest {
  private static final String BUCKET = "checkpoints-of-a-test";
  private static final S3Location PLACE = S3Location.parse("s3://" + BUCKET + "/p");
  private static final int ONCE = 1;
  @TempDir Path directory;

  @BeforeEach
  void giveCredentials() {
    System.setProperty("aws.accessKeyId", EmbeddedObjects.ACCESS_KEY);
    System.setProperty("aws.secretAccessKey", EmbeddedObjects.SECRET_KEY);
  }

  @AfterEach
  void takeThemBack() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
  }

  @Test
  void aBucketThatIsNotThere() {
    try (EmbeddedObjects objects = EmbeddedObjects.start(directory)) {
      assertRefused(
          objects.endpoint(),
          "cannot list the checkpoints in s3://checkpoints-of-a-test/p/ at http://127.0.0.1:",
          "bucket 'checkpoints-of-a-test' does not exist; create it, or correct checkpoint.store");
    }
  }

  @Test
  void credentialsThatAreWrong() {
    System.setProperty("aws.secretAccessKey", "guessed");
    try (EmbeddedObjects objects = EmbeddedObjects.start(directory)) {
      objects.makeBucket(BUCKET);
      assertRefused(objects.endpoint(), "the credentials are not accepted; correct or renew");
    }
  }

  @Test
  void credentialsThatAreNowhere() {
    takeThemBack();
    Map<String, String> nowhere =
        Map.of(
            "aws.disableEc2Metadata", "true",
            "aws.sharedCredentialsFile", directory.resolve("absent").toString(),
            "aws.configFile", directory.resolve("absent").toString());
    nowhere.forEach(System::setProperty);
    try (EmbeddedObjects objects = EmbeddedObjects.start(directory)) {
      assertRefused(
          objects.endpoint(),
          "no credentials were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    } finally {
      nowhere.keySet().forEach(System::clearProperty);
    }
  }

  @Test
  void aServerThatOverwritesWhateverOneAsks() throws Exception {
    try (EmbeddedObjects objects = EmbeddedObjects.startWithoutConditions(directory)) {
      objects.makeBucket(BUCKET);
      assertRefused(
          objects.endpoint(),
          "overwrote an object despite If-None-Match: *; Millrace needs conditional puts");
      assertThat(
              Files.exists(objects.file(BUCKET, "p/probe"))
                  && Files.list(objects.file(BUCKET, "p/probe")).findAny().isPresent())
          .isFalse();
    }
  }

  @Test
  void aServerThatIsNotThere() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
    }
    assertRefused(
        "http://127.0.0.1:" + port,
        "no server answers there; correct checkpoint.s3.endpoint, or open the network");
  }

  @Test
  void aServerThatDoesNotAnswer() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      S3Config config =
          new S3Config(
              "http://127.0.0.1:" + silent.getLocalPort(), null, null, Duration.ofMillis(300));
      assertRefused(config, "no answer within checkpoint.s3.timeout (PT0.3S) in any attempt");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "403 | AccessDenied | required are s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject",
        "403 | RequestTimeTooSkewed | this machine's clock differs too much from the server's; set it by NTP",
        "400 | ExpiredToken | the credentials are not accepted; correct or renew",
        "301 | PermanentRedirect | the bucket is in another region; set checkpoint.s3.region",
        "400 | AuthorizationHeaderMalformed | the bucket is in another region",
        "501 | NotImplemented | the server lacks a required feature, perhaps conditional puts",
        "503 | SlowDown | the server was down or overloaded in every attempt",
      })
  void eachRefusalOfTheServerHasItsAdvice(int status, String code, String advice) {
    // given
    SdkException refusal =
        S3Exception.builder()
            .statusCode(status)
            .message("as the server puts it")
            .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
            .build();

    // when
    StoreException told = errors().explain("cannot read 1-1/model.onnx", refusal);

    // then
    assertThat(told)
        .hasMessageContainingAll("cannot read 1-1/model.onnx in s3://", advice, "puts it");
  }

  @Test
  void aHostThatIsNotKnownMayBeABucketsName() {
    // given
    SdkException refusal =
        SdkClientException.create("no", new UnknownHostException("bucket.minio.example"));

    // when
    StoreException told = errors().explain("cannot read 1-1/model.onnx", refusal);

    // then
    assertThat(told).hasMessageContaining("set checkpoint.s3.path_style: true if the server");
  }

  @Test
  void aPutWhoseAnswerWasLostIsNotRefusedByItsOwnObject() {
    try (EmbeddedObjects objects = EmbeddedObjects.start(directory)) {
      // given
      objects.makeBucket(BUCKET);
      S3Config config = S3Config.at(objects.endpoint());
      var client =
          S3Clients.builder(config, 3)
              .httpClientBuilder(null)
              .httpClient(new AnswersOfPutsAreLostOnce())
              .build();
      try (var store =
          new S3CheckpointStore(PLACE, errors(), new S3Objects(client, PLACE, errors()))) {

        // when
        var stored = store.publish("1-1", Map.of("model.onnx", "weights".getBytes(UTF_8)));
        boolean isSwitched =
            store.replaceIfNewer("champion", 1, stored.get(0), "{}".getBytes(UTF_8));

        // then
        assertThat(store.load(stored.get(0))).asString(UTF_8).isEqualTo("weights");
        assertThat(isSwitched).isTrue();
      }
    }
  }

  private static S3Errors errors() {
    return new S3Errors(PLACE, S3Config.at("http://127.0.0.1:1"));
  }

  private static void assertRefused(String endpoint, String... told) {
    assertRefused(S3Config.at(endpoint), told);
  }

  private static void assertRefused(S3Config config, String... told) {
    try (S3CheckpointStore store = S3CheckpointStore.open(PLACE, config, ONCE)) {
      assertThatThrownBy(store::requireWritable)
          .isInstanceOf(StoreException.class)
          .hasMessageContainingAll(told);
    }
  }
}
