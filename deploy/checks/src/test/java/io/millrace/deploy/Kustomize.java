package io.millrace.deploy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Kustomize's files, as far as they are used here. */
final class Kustomize {
  private Kustomize() {}

  record Kustomization(
      String apiVersion,
      String kind,
      @Nullable List<Label> labels,
      @Nullable List<Generator> configMapGenerator,
      @Nullable List<String> resources,
      @Nullable List<String> components,
      @Nullable List<Image> images,
      @Nullable List<Patch> patches) {}

  record Label(Map<String, String> pairs, boolean includeTemplates) {}

  record Generator(String name, List<String> files, @Nullable String behavior) {}

  record Image(String name, String newTag) {}

  record Patch(String path) {}
}
