package io.millrace.deploy.containers;

import io.millrace.deploy.Manifests;
import io.strimzi.api.kafka.model.user.KafkaUser;
import io.strimzi.api.kafka.model.user.KafkaUserAuthorizationSimple;
import io.strimzi.api.kafka.model.user.acl.AclRule;
import io.strimzi.api.kafka.model.user.acl.AclRuleGroupResource;
import io.strimzi.api.kafka.model.user.acl.AclRuleResource;
import io.strimzi.api.kafka.model.user.acl.AclRuleTopicResource;
import io.strimzi.api.kafka.model.user.acl.AclRuleTransactionalIdResource;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The rights that the manifests give the services, as Kafka's ACLs. */
final class Rights {
  private Rights() {}

  static List<KafkaUser> users() throws IOException {
    return Manifests.all(KafkaUser.class);
  }

  static Stream<AclBinding> acls(KafkaUser user) {
    var authorization = (KafkaUserAuthorizationSimple) user.getSpec().getAuthorization();
    return authorization.getAcls().stream()
        .flatMap(rule -> bindings(user.getMetadata().getName(), rule));
  }

  private static Stream<AclBinding> bindings(String user, AclRule rule) {
    ResourcePattern pattern = pattern(rule.getResource());
    return rule.getOperations().stream()
        .map(
            operation ->
                new AclBinding(
                    pattern,
                    new AccessControlEntry(
                        "User:" + user,
                        "*",
                        AclOperation.fromString(snakeCase(operation.toValue())),
                        AclPermissionType.ALLOW)));
  }

  /** {@code DescribeConfigs} to {@code DESCRIBE_CONFIGS}. */
  private static String snakeCase(String operation) {
    return operation.replaceAll("(?<=[a-z])(?=[A-Z])", "_");
  }

  private static ResourcePattern pattern(AclRuleResource resource) {
    if (resource instanceof AclRuleTopicResource topic) {
      return new ResourcePattern(
          ResourceType.TOPIC, topic.getName(), type(String.valueOf(topic.getPatternType())));
    }
    if (resource instanceof AclRuleGroupResource group) {
      return new ResourcePattern(
          ResourceType.GROUP, group.getName(), type(String.valueOf(group.getPatternType())));
    }
    if (resource instanceof AclRuleTransactionalIdResource id) {
      return new ResourcePattern(
          ResourceType.TRANSACTIONAL_ID, id.getName(), type(String.valueOf(id.getPatternType())));
    }
    throw new IllegalArgumentException("a right to " + resource.getType());
  }

  private static PatternType type(String pattern) {
    return pattern.equalsIgnoreCase("prefix") ? PatternType.PREFIXED : PatternType.LITERAL;
  }
}
