package io.millrace.schemas.kafka;

import io.millrace.schemas.kafka.AnswerException.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;

/** Checks once whether a Kafka cluster answers, before anything waits for it. */
public final class Bootstrap {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration GRACE = Duration.ofSeconds(1);

  private Bootstrap() {}

  /**
   * Returns when a broker has answered.
   *
   * @param kafka client properties, as in pipeline.yaml
   * @throws AnswerException after five seconds without an answer, or at once if Kafka refuses
   */
  public static void requireReachable(Map<String, String> kafka) {
    String servers = kafka.getOrDefault("bootstrap.servers", "(none)");
    try (Admin admin = Admin.create(new HashMap<String, Object>(kafka))) {
      Answers.await(
          admin
              .describeCluster(new DescribeClusterOptions().timeoutMs((int) PATIENCE.toMillis()))
              .nodes(),
          "Kafka at " + servers + " cannot be used",
          PATIENCE.plus(GRACE),
          Optional.empty());
    } catch (AnswerException e) {
      throw e.kind() == Kind.TIMED_OUT ? unanswered(servers, e) : e;
    } catch (KafkaException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new AnswerException(
          Kind.REFUSED,
          "Kafka at %s cannot be used: %s; check kafka.bootstrap.servers and the security settings"
              .formatted(servers, cause.getMessage()),
          cause);
    }
  }

  private static AnswerException unanswered(String servers, AnswerException cause) {
    return new AnswerException(
        Kind.TIMED_OUT,
        "no Kafka broker answers at %s within %d s; start one (for example with: millrace broker), or check kafka.bootstrap.servers and the security settings"
            .formatted(servers, PATIENCE.toSeconds()),
        cause);
  }
}
