package io.millrace.schemas.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.config.binding.Binder;
import io.millrace.schemas.config.binding.ConfigException;
import io.millrace.schemas.config.binding.KeySuggestions;
import io.millrace.schemas.config.binding.Overrides;
import io.millrace.schemas.config.binding.Secrets;
import io.millrace.schemas.config.binding.Yaml;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads pipeline.yaml. */
public final class PipelineLoader {
  private static final long MAX_BYTES = 1 << 20;

  private final Map<String, String> environment;
  private final List<String> sets;

  /**
   * @param environment variables; those that start with MILLRACE_ override the file
   * @param sets each {@code key=value}; they override both
   */
  public PipelineLoader(Map<String, String> environment, List<String> sets) {
    this.environment = Map.copyOf(environment);
    this.sets = List.copyOf(sets);
  }

  /**
   * Loads a file.
   *
   * @throws ConfigException with everything that is wrong
   */
  public LoadedPipeline load(Path file) {
    return load(
        read(file), Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/")));
  }

  /**
   * Loads a text as if it were a file in {@code directory}.
   *
   * @throws ConfigException with everything that is wrong
   */
  public LoadedPipeline load(String yaml, Path directory) {
    ObjectNode tree = parse(yaml);
    var overrides = new Overrides(tree);
    overrides.applyEnvironment(environment);
    overrides.applySets(sets);
    var secrets = new Secrets(directory, environment);
    secrets.resolve(tree, "");
    var binder = new Binder(new KeySuggestions(PipelineConfig.class));
    Optional<Object> config = binder.bind(tree, PipelineConfig.class, "");

    List<ConfigException.Problem> problems = new ArrayList<>(overrides.problems());
    problems.addAll(secrets.problems());
    binder.problems().stream()
        .filter(problem -> !secrets.isMissingAt(problem.key()))
        .forEach(problem -> problems.add(overrides.traced(secrets.redact(problem))));
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    PipelineConfig pipeline = (PipelineConfig) config.orElseThrow();
    return new LoadedPipeline(pipeline, directory, Warnings.of(pipeline));
  }

  private static String read(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw refused(file.toString(), "is a directory, expected a pipeline.yaml");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw refused(
            file.toString(), "has " + Files.size(file) + " bytes, allowed are " + MAX_BYTES);
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw refused(file.toString(), "is not text in UTF-8");
    } catch (NoSuchFileException e) {
      throw refused(file.toString(), "does not exist");
    } catch (IOException e) {
      throw refused(file.toString(), "cannot be read (" + e + ")");
    }
  }

  private static ObjectNode parse(String yaml) {
    try {
      JsonNode tree = Yaml.parseFile(yaml);
      if (tree instanceof ObjectNode sections) {
        return sections;
      }
      throw refused("the file", tree.isMissingNode() ? "is empty" : "has no keys at its top level");
    } catch (JsonProcessingException e) {
      String place = e.getLocation() == null ? "the file" : "line " + e.getLocation().getLineNr();
      throw refused(place, e.getOriginalMessage().lines().findFirst().orElse("is not YAML"));
    } catch (RuntimeException e) {
      if (e instanceof ConfigException) {
        throw e;
      }
      throw refused("the file", "is not YAML (" + e.getMessage() + ")");
    }
  }

  private static ConfigException refused(String what, String why) {
    return new ConfigException(List.of(new ConfigException.Problem(what, why)));
  }
}
