package io.millrace.schemas.topics;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;

/** Whether a Kafka cluster answers, asked once before anything waits for it. */
public final class Bootstrap {
  private static final int PATIENCE_MS = 5_000;

  private Bootstrap() {}

  /**
   * Returns when a broker has answered.
   *
   * @param kafka client properties, as in pipeline.yaml
   * @throws TopicsException after five seconds without an answer, or at once if it is refused
   */
  public static void requireReachable(Map<String, String> kafka) {
    String servers = kafka.getOrDefault("bootstrap.servers", "(none)");
    try (Admin admin = Admin.create(new HashMap<String, Object>(kafka))) {
      admin
          .describeCluster(new DescribeClusterOptions().timeoutMs(PATIENCE_MS))
          .nodes()
          .get(PATIENCE_MS + 1_000, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw unanswered(servers, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw unanswered(servers, e.getCause());
      }
      throw refused(servers, e.getCause() == null ? e : e.getCause());
    } catch (KafkaException e) {
      throw refused(servers, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TopicsException("interrupted while waiting for Kafka", e);
    }
  }

  private static TopicsException unanswered(String servers, Throwable cause) {
    return new TopicsException(
        "no Kafka broker answers at %s within %d s; start one (millrace broker does), or check kafka.bootstrap.servers and the security settings"
            .formatted(servers, PATIENCE_MS / 1_000),
        cause);
  }

  private static TopicsException refused(String servers, Throwable cause) {
    return new TopicsException(
        "Kafka at %s cannot be used: %s; check kafka.bootstrap.servers and the security settings"
            .formatted(servers, cause.getMessage()),
        cause);
  }
}
