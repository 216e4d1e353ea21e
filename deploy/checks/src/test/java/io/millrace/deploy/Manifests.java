package io.millrace.deploy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads manifests into the typed models of their authors; an unknown field is an error. */
public final class Manifests {
  private static final Map<String, Class<?>> KINDS =
      Map.ofEntries(
          Map.entry("Deployment", Deployment.class),
          Map.entry("Service", Service.class),
          Map.entry("Secret", Secret.class),
          Map.entry("ServiceAccount", ServiceAccount.class),
          Map.entry("PersistentVolumeClaim", PersistentVolumeClaim.class),
          Map.entry("PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("NetworkPolicy", NetworkPolicy.class),
          Map.entry("ServiceMonitor", ServiceMonitor.class),
          Map.entry("KafkaTopic", KafkaTopic.class),
          Map.entry("KafkaUser", KafkaUser.class),
          Map.entry("ScaledObject", Keda.ScaledObject.class),
          Map.entry("TriggerAuthentication", Keda.TriggerAuthentication.class),
          Map.entry("Kustomization", Kustomize.Kustomization.class),
          Map.entry("Component", Kustomize.Kustomization.class));

  // The models keep what they do not know in a map; without that way out it is refused.
  private static final ObjectMapper STRICT =
      new ObjectMapper(
              new YAMLFactory()
                  .enable(com.fasterxml.jackson.core.JsonParser.Feature.STRICT_DUPLICATE_DETECTION))
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              })
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private Manifests() {}

  /** All objects of a file, in order. */
  static List<Object> read(Path file) throws IOException {
    List<Object> objects = new ArrayList<>();
    try (YAMLParser parser = ((YAMLFactory) STRICT.getFactory()).createParser(file.toFile());
        MappingIterator<JsonNode> documents = STRICT.readerFor(JsonNode.class).readValues(parser)) {
      while (documents.hasNext()) {
        JsonNode document = documents.next();
        dropDeletions(document);
        objects.add(toModel(document, file));
      }
    }
    return objects;
  }

  /** {@code $patch: delete} is Kustomize's, in no model: it deletes the object that contains it. */
  private static void dropDeletions(JsonNode node) {
    if (node instanceof ObjectNode object && object.path("$patch").asText().equals("delete")) {
      object.remove("$patch");
    }
    node.forEach(Manifests::dropDeletions);
  }

  private static Object toModel(JsonNode document, Path file) throws IOException {
    String kind = document.path("kind").asText();
    Class<?> model = KINDS.get(kind);
    if (model == null) {
      throw new IOException(file + ": no model for kind '" + kind + "'");
    }
    try {
      return STRICT.treeToValue(document, model);
    } catch (IOException e) {
      throw new IOException(file + ", " + kind + ": " + e.getMessage(), e);
    }
  }

  /** The objects of one kind in a directory's files. */
  public static <T> List<T> all(Class<T> kind) throws IOException {
    List<T> found = new ArrayList<>();
    for (Path file : files()) {
      read(file).stream().filter(kind::isInstance).map(kind::cast).forEach(found::add);
    }
    return found;
  }

  /** The one of this name in the base. */
  static <T extends HasMetadata> T named(Class<T> kind, String name) throws IOException {
    return all(kind).stream()
        .filter(object -> object.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind.getSimpleName() + " " + name));
  }

  /** All files except the pipelines, which are in Millrace's own format. */
  static List<Path> files() throws IOException {
    return Repository.files("kubernetes", ".yaml").stream()
        .filter(file -> !file.endsWith("pipeline.yaml"))
        .toList();
  }
}
