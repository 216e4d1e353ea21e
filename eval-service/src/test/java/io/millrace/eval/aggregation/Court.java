package io.millrace.eval.aggregation;

import static io.millrace.eval.aggregation.AggregationRun.HOUR;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** What the manuals of decisions have in common: a run, and what happens in it. */
abstract class Court {
  static final double BETTER = -0.1;
  static final double WORSE = 0.1;

  AggregationRun run = new AggregationRun();

  @AfterEach
  void close() {
    run.close();
  }

  void announce(String id) {
    run.announced(id);
    run.waits(Duration.ofMillis(100));
  }

  void champion(String id) {
    announce(id);
    better(id, "");
  }

  void better(String challenger, String champion) {
    pair(challenger, champion, BETTER, 2);
    assertThat(run.said()).contains("PROMOTED " + challenger);
    run.waits(Duration.ofMillis(100));
  }

  /** 500 samples in each of so many windows. */
  void pair(String challenger, String champion, double difference, int windows) {
    for (int i = 0; i < windows; i++) {
      run.paired(challenger, champion, i * HOUR, 500, difference);
    }
    run.waits(Duration.ofMillis(100));
  }
}
