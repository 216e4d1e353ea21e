package io.millrace.deploy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** KEDA's objects (keda.sh/v1alpha1), as far as the manifests use them. */
final class Keda {
  private Keda() {}

  record Metadata(String name) {}

  record ScaledObject(String apiVersion, String kind, Metadata metadata, Spec spec) {
    record Spec(
        Target scaleTargetRef,
        int minReplicaCount,
        int maxReplicaCount,
        int cooldownPeriod,
        List<Trigger> triggers) {}

    record Target(String name) {}

    record Trigger(
        String type, Map<String, String> metadata, @Nullable Reference authenticationRef) {}

    record Reference(String name) {}
  }

  record TriggerAuthentication(String apiVersion, String kind, Metadata metadata, Spec spec) {
    record Spec(List<SecretTarget> secretTargetRef) {}

    record SecretTarget(String parameter, String name, String key) {}
  }
}
