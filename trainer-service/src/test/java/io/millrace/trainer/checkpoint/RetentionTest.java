package io.millrace.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.promotions.Pins;
import io.millrace.schemas.proto.Checkpoint;
import io.millrace.schemas.store.CheckpointStore;
import io.millrace.schemas.topics.TopicNames;
import io.millrace.trainer.HandMovedClock;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RetentionTest {
  private static final TopicNames TOPICS = new TopicNames("p");

  private final HandMovedClock clock = new HandMovedClock();

  @Test
  void excessCheckpointsAreWithdrawnAtMostOnceASecond() {
    // given: five checkpoints where three are kept
    Retention retention = retention(Duration.ZERO, 5, Set.of());
    assertThat(ids(retention.toWithdrawWith(checkpoint(6)))).containsExactly("1", "2", "3");

    // when / then
    clock.advance(Duration.ofMillis(999));
    assertThat(retention.toWithdrawWith(checkpoint(6))).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(ids(retention.toWithdrawWith(checkpoint(6)))).containsExactly("1", "2", "3");
  }

  @Test
  void aDamagedCheckpointIsWithdrawnAsSoonAsTrainingHasPassedIt() {
    // given: checkpoint 2 is damaged, and excess checkpoints were looked for just now
    Retention retention = retention(Duration.ZERO, 3, Set.of("2"));
    retention.toWithdrawWith(checkpoint(1));

    // when / then
    assertThat(retention.toWithdrawWith(checkpoint(1))).isEmpty();
    assertThat(ids(retention.toWithdrawWith(checkpoint(2)))).containsExactly("2");
  }

  @Test
  void aCheckpointIsKeptUntilItHasTheMinimumAge() {
    // given: all were created at time 0
    Retention retention = retention(Duration.ofMinutes(10), 5, Set.of());

    // when / then
    clock.advance(Duration.ofMinutes(9));
    assertThat(retention.toWithdrawWith(checkpoint(6))).isEmpty();
    clock.advance(Duration.ofMinutes(1));
    assertThat(ids(retention.toWithdrawWith(checkpoint(6)))).containsExactly("1", "2", "3");
  }

  private Retention retention(Duration minAge, int announced, Set<String> damaged) {
    MockConsumer<byte[], byte[]> promotions = new MockConsumer<>("earliest");
    TopicPartition partition = new TopicPartition(TOPICS.promotions(), 0);
    promotions.updateBeginningOffsets(Map.of(partition, 0L));
    promotions.updateEndOffsets(Map.of(partition, 0L));
    return new Retention(
        new Keeping(3, minAge, new Pins(List.of())),
        unused(CheckpointStore.class),
        unused(Admin.class),
        promotions,
        TOPICS,
        LongStream.rangeClosed(1, announced).mapToObj(RetentionTest::checkpoint).toList(),
        damaged,
        clock);
  }

  private static Checkpoint checkpoint(long step) {
    return Checkpoint.newBuilder()
        .setId(Long.toString(step))
        .setStep(step)
        .setTrainLogOffset(step)
        .build();
  }

  private static List<String> ids(List<Checkpoint> checkpoints) {
    return checkpoints.stream().map(Checkpoint::getId).toList();
  }

  private static <T> T unused(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, given) -> {
              throw new AssertionError(method);
            }));
  }
}
