package io.millrace.schemas.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.schemas.config.TopicsConfig;
import io.millrace.schemas.config.binding.ConfigException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TopicsTest {
  private static EmbeddedBroker broker;
  private static Admin admin;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start();
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  @AfterAll
  static void stopBroker() {
    admin.close();
    broker.close();
  }

  @Test
  void absentTopicsAreMadeAsPlannedAndASecondCallFindsNothingToSay() {
    // given
    var plan = plan("fresh", Map.of());

    // when
    var first = Topics.create(admin, plan);
    var second = Topics.create(admin, plan);

    // then
    assertThat(first.created())
        .containsExactly(
            "fresh.train-log",
            "fresh.dead-letters",
            "fresh.checkpoints",
            "fresh.progress",
            "fresh.score-sums",
            "fresh.evaluations",
            "fresh.promotions");
    assertThat(second.created()).isEmpty();
    assertThat(second.differences()).isEmpty();
    assertThat(Topics.check(admin, plan)).isEmpty();
  }

  @Test
  void trainLogWithALimitInTimeIsToldWithItsRemedyAndRefusedAtStart() throws Exception {
    // given
    var plan = plan("limited", Map.of());
    Topics.create(admin, plan);
    set("limited.train-log", "retention.ms", "604800000");

    // when
    var report = Topics.create(admin, plan);

    // then
    assertThat(report.differences())
        .containsExactly(
            new Difference(
                "limited.train-log",
                "retention.ms",
                "604800000",
                "-1",
                true,
                "kafka-configs.sh --bootstrap-server "
                    + broker.bootstrapServers()
                    + " --alter --entity-type topics --entity-name limited.train-log"
                    + " --add-config retention.ms=-1"));
    assertThatThrownBy(() -> Topics.check(admin, plan))
        .isInstanceOf(TopicsException.class)
        .hasMessageContaining("topic limited.train-log: retention.ms is 604800000, expected -1");
  }

  @Test
  void trainLogWithALimitInSizeIsRefusedAtStart() throws Exception {
    // given
    var plan = plan("sized", Map.of());
    Topics.create(admin, plan);

    // when
    set("sized.train-log", "retention.bytes", "1000000");

    // then
    assertThatThrownBy(() -> Topics.check(admin, plan))
        .hasMessageContaining("retention.bytes is 1000000, expected -1");
  }

  @Test
  void trainLogOfThreePartitionsIsRefusedSinceItHasNoTotalOrder() throws Exception {
    // given
    var plan = plan("wide", Map.of());
    admin.createTopics(List.of(new NewTopic("wide.train-log", 3, (short) 1))).all().get();
    Topics.create(admin, plan);

    // when
    var failing = assertThatThrownBy(() -> Topics.check(admin, plan));

    // then
    failing
        .hasMessageContaining("topic wide.train-log: partitions is 3, expected 1")
        .hasMessageContaining("kafka-topics.sh");
  }

  @Test
  void topicsThatAreMissingAtStartAreNamedWithTheCommandThatMakesThem() {
    // given
    var plan = plan("absent", Map.of());

    // when
    var failing = assertThatThrownBy(() -> Topics.check(admin, plan));

    // then
    failing
        .isInstanceOf(TopicsException.class)
        .hasMessageContaining("absent.train-log, absent.dead-letters")
        .hasMessageContaining("millrace topics create FILE");
  }

  @Test
  void anotherRetentionOfEvaluationsIsWorthAWordButNoRefusal() throws Exception {
    // given
    var plan = plan("own", Map.of());
    Topics.create(admin, plan);
    set("own.evaluations", "retention.ms", "1000000");

    // when
    var differences = Topics.check(admin, plan);

    // then
    assertThat(differences).singleElement().matches(difference -> !difference.required());
  }

  @Test
  void largerMessagesThanPlannedAreFineAndSmallerOnesAreNot() throws Exception {
    // given
    var plan = plan("message", Map.of());
    Topics.create(admin, plan);

    // when
    set("message.train-log", "max.message.bytes", "16777216");
    var larger = Topics.check(admin, plan);
    set("message.train-log", "max.message.bytes", "1000");

    // then
    assertThat(larger).isEmpty();
    assertThatThrownBy(() -> Topics.check(admin, plan))
        .hasMessageContaining("max.message.bytes is 1000, expected 8388608");
  }

  @Test
  void extraSettingsReachEveryTopic() {
    // given
    var plan = plan("extra", Map.of("compression.type", "lz4"));

    // when
    Topics.create(admin, plan);

    // then
    assertThat(
            Topics.create(admin, plan("extra", Map.of("compression.type", "zstd"))).differences())
        .hasSize(7)
        .allMatch(difference -> difference.found().equals("lz4"));
  }

  @Test
  void settingsThatDifferFromTopicToTopicCannotBeSetForAll() {
    // given
    var properties = Map.of("retention.ms", "1000", "cleanup.policy", "compact");

    // when
    var failing = assertThatThrownBy(() -> plan("any", properties));

    // then
    failing
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("topics.properties.retention.ms: found '1000'")
        .hasMessageContaining("topics.properties.cleanup.policy: found 'compact'");
  }

  private static TopicPlan plan(String pipeline, Map<String, String> properties) {
    return TopicPlan.of(pipeline, new TopicsConfig(1, 8388608, properties));
  }

  private static void set(String topic, String setting, String value) throws Exception {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    var change = new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET);
    admin.incrementalAlterConfigs(Map.of(resource, List.of(change))).all().get();
  }
}
