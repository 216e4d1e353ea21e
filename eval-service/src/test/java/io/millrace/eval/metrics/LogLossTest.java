package io.millrace.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LogLossTest {
  private final LogLoss loss = new LogLoss();

  @Test
  void itIsTheSumOfTheLogarithms() {
    // given: probabilities from nearly 1 to 1e-100, one in ten with a weight of its own
    var random = new Random(1);
    double expected = 0;

    // when
    for (int i = 0; i < 100_000; i++) {
      double probability = Math.exp(-230 * Math.pow(random.nextDouble(), 20));
      double weight = i % 10 == 0 ? random.nextDouble() : 1;
      loss.add(probability, weight);
      expected -= weight * Math.log(probability);
    }

    // then
    assertThat(loss.sum()).isCloseTo(expected, withinPercentage(1e-10));
  }

  @Test
  void itGoesOnAfterItWasRead() {
    // when
    loss.add(0.5, 1);
    double first = loss.sum();
    loss.add(0.25, 1);

    // then
    assertThat(first).isCloseTo(Math.log(2), withinPercentage(1e-12));
    assertThat(loss.sum()).isCloseTo(Math.log(8), withinPercentage(1e-12));
  }
}
