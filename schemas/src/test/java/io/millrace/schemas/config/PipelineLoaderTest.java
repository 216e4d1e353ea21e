package io.millrace.schemas.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.schemas.config.FeatureConfig.NumberFeature;
import io.millrace.schemas.config.binding.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineLoaderTest {
  private static final String SMALLEST =
      """
      pipeline: churn
      samples: {topic: customers}
      features:
        - {name: age, type: number}
      label: {type: threshold, field: balance, above: 0}
      """;

  @TempDir Path directory;

  @Test
  void whatTheFileLeavesOutHasItsDefault() {
    // when
    LoadedPipeline loaded = load(SMALLEST);

    // then
    PipelineConfig config = loaded.config();
    assertThat(config.kafka()).containsEntry("bootstrap.servers", "localhost:9092");
    assertThat(config.training().perDeviceTrainBatchSize()).isEqualTo(50);
    assertThat(config.evaluation().perDeviceEvalBatchSize()).isEqualTo(8192);
    assertThat(config.model().recipe()).isEqualTo(ModelConfig.Recipe.MLP);
    assertThat(config.features().get(0))
        .isInstanceOfSatisfying(
            NumberFeature.class, age -> assertThat(age.field()).isEqualTo("age"));
    assertThat(loaded.warnings()).isEmpty();
    assertThat(loaded.checkpointStore()).isEqualTo(directory.resolve("checkpoints").toString());
  }

  @Test
  void aStoreOfObjectsIsNotTakenForADirectory() {
    // when
    LoadedPipeline loaded =
        load(
            SMALLEST
                + "checkpoint: {store: 's3://models/churn', s3: {endpoint: 'http://minio:9000'}}\n");

    // then
    assertThat(loaded.checkpointStore()).isEqualTo("s3://models/churn");
    S3Config s3 = loaded.config().checkpoint().s3();
    assertThat(s3.isPathStyle()).isTrue();
    assertThat(s3.tryRegion()).hasValue("us-east-1");
    assertThat(load(SMALLEST).config().checkpoint().s3().tryRegion()).isEmpty();
  }

  @Nested
  class WhenSomethingIsWrong {
    @Test
    void fiveMistakesThreeInOneSectionAndAContradictionAreFiveProblems() {
      // when
      List<ConfigException.Problem> problems =
          problemsOf(
              """
              pipeline: churn
              samples: {topic: customers}
              features:
                - {name: age, type: number}
                - {name: city, type: category, buckets: 1}
              label: {type: number, field: balance}
              training:
                learning_rte: 0.1
                per_device_train_batch_size: 0
                save_steps: often
              """);

      // then
      assertThat(problems).hasSize(5);
      assertThat(problems.stream().map(ConfigException.Problem::toString))
          .contains(
              "features[1].buckets: found 1, must be at least 2",
              "training.save_steps: found the text 'often', expected a whole number",
              "training.per_device_train_batch_size: found 0, must be at least 1",
              "model.output: found logits, label.type number is a regression: set model.output:"
                  + " value")
          .anyMatch(
              problem ->
                  problem.startsWith(
                      "training.learning_rte: unknown key; did you mean learning_rate?; allowed are"
                          + " device, "));
    }

    @Test
    void aContradictionIsToldThoughTheSectionItIsInHasAMistake() {
      // when
      List<ConfigException.Problem> problems =
          problemsOf(SMALLEST + "model: {recipe: mlp, output: value, embedding: 0}\n");

      // then
      assertThat(problems.stream().map(ConfigException.Problem::key))
          .containsExactlyInAnyOrder("model.embedding", "model.output");
    }

    @Test
    void aListOfNothingButMistakesIsNotCalledEmptyToo() {
      assertThat(problemsOf(SMALLEST.replace("type: number", "type: numbr")))
          .extracting(ConfigException.Problem::key)
          .containsExactly("features[0].type");
    }

    @Test
    void allRequiredKeysThatAreMissingAreTold() {
      assertThat(problemsOf("pipeline: bad name!").stream().map(ConfigException.Problem::key))
          .containsExactlyInAnyOrder("pipeline", "samples", "features", "label");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "training.seed=maybe | training.seed: found the text 'maybe', expected a whole number",
          "training.seed=1.5 | training.seed: found 1.5, expected a whole number",
          "training.threads=99999999999 | training.threads: found 99999999999, expected a whole number from"
              + " -2147483648 to 2147483647",
          "training.optim=adma | training.optim: found the text 'adma', allowed are sgd, adam, adamw,"
              + " adagrad, rmsprop; did you mean adam?",
          "training.batch_max_wait=5 | training.batch_max_wait: found 5, expected a duration like 500ms, 1s,"
              + " 10m, 1h or PT1.5S",
          "training=fast | training: found the text 'fast', expected a section with device,",
          "features=none | features: found the text 'none', expected a list",
          "training.lr_scheduler_type=cosine | training.lr_scheduler_type: found cosine, needs max_steps",
          "label.type=thresold | label.type: found the text 'thresold', allowed are number, class,"
              + " threshold",
          "learning_rate=0.1 | learning_rate: unknown key; did you mean training.learning_rate?",
          "holdout.share=0.9 | holdout.share: found 0.9, must be from 0.0 to 0.5",
          "model.path=m.onnx | model.path: found both path and recipe, give one of them",
          "samples.start=yesterday | samples.start: found 'yesterday', must be earliest, latest or a time",
          "checkpoint.store=gs://bucket/x | checkpoint.store: found 'gs://bucket/x', must be a directory, or like"
              + " s3://bucket/some/prefix; the server's address goes to s3.endpoint",
          "checkpoint.store=s3://host:9000/bucket | checkpoint.store: found 's3://host:9000/bucket', must be a directory",
          "checkpoint.s3.region=eu-central-1 | checkpoint.s3: found settings of an object store, for a store in"
              + " the directory 'checkpoints'; set store: s3://bucket/prefix, or leave them out",
          "checkpoint.s3.endpoint=minio:9000 | checkpoint.s3.endpoint: found 'minio:9000', must be a URL like",
          "checkpoint.s3.endpoint=http://me:secret@minio | checkpoint.s3.endpoint: found 'http://me:secret@minio', must",
          "ops.eval_port=70000 | ops.eval_port: found 70000.0, must be from 0.0 to 65535.0",
        })
    void eachMistakeSaysWhatWasFoundAndWhatIsAllowed(String set, String message) {
      // when
      ConfigException refused =
          catchThrowableOfType(
              ConfigException.class,
              () ->
                  new PipelineLoader(Map.of(), List.of("model.recipe=mlp", set))
                      .load(SMALLEST, directory));

      // then
      assertThat(refused.problems()).hasSize(1);
      assertThat(refused.problems().get(0).toString()).startsWith(message);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "'' | the file: is empty",
          "just text | the file: has no keys at its top level",
          "'a: [1' | line 1: ",
          "'a: 1\na: 2' | line 2: Duplicate field 'a'",
        })
    void whatIsNoYamlIsRefusedWithItsPlace(String yaml, String message) {
      assertThatThrownBy(() -> load(yaml))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(message);
    }

    @Test
    void aFileThatCannotBeReadIsToldByItsName() throws IOException {
      // given
      Path latin1 = directory.resolve("latin1.yaml");
      Files.write(latin1, "pipeline: café".getBytes(StandardCharsets.ISO_8859_1));
      PipelineLoader loader = new PipelineLoader(Map.of(), List.of());

      // when / then
      assertThatThrownBy(() -> loader.load(latin1)).hasMessageContaining("is not text in UTF-8");
      assertThatThrownBy(() -> loader.load(directory)).hasMessageContaining("is a directory");
      assertThatThrownBy(() -> loader.load(directory.resolve("absent.yaml")))
          .hasMessageContaining("absent.yaml: does not exist");
    }
  }

  @Nested
  class Overriding {
    @Test
    void setGoesBeforeTheEnvironmentAndThatBeforeTheFile() {
      // given
      Map<String, String> environment =
          Map.of(
              "MILLRACE_TRAINING__LEARNING_RATE", "1e-2",
              "MILLRACE_TRAINING__SEED", "7",
              "MILLRACE_KAFKA__SECURITY_PROTOCOL", "SASL_SSL",
              "MILLRACE_FEATURES__0__NAME", "years",
              "MILLRACE_OPTS", "-Xmx1g",
              "HOME", "/home/me");
      List<String> sets =
          List.of(
              "training.seed=8",
              "kafka.bootstrap.servers=broker:9092",
              "features[0].clip=[0, 1]",
              "evaluation.window=90s");

      // when
      PipelineConfig config =
          new PipelineLoader(environment, sets)
              .load(SMALLEST + "training: {learning_rate: 0.5, seed: 6}\n", directory)
              .config();

      // then
      assertThat(config.training().learningRate()).isEqualTo(0.01);
      assertThat(config.training().seed()).isEqualTo(8);
      assertThat(config.kafka())
          .containsEntry("security.protocol", "SASL_SSL")
          .containsEntry("bootstrap.servers", "broker:9092");
      assertThat(config.features().get(0).name()).isEqualTo("years");
      assertThat(config.evaluation().window()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void aVariableThatIsNoSettingIsRefusedWithTheNearest() {
      assertThatThrownBy(
              () ->
                  new PipelineLoader(Map.of("MILLRACE_TRAINING__LERNING_RATE", "1"), List.of())
                      .load(SMALLEST, directory))
          .hasMessageContaining("training.lerning_rate: unknown key; did you mean learning_rate?");
    }

    @Test
    void aWrongValueIsTracedToTheOverrideItCameFrom() {
      assertThatThrownBy(
              () ->
                  new PipelineLoader(
                          Map.of("MILLRACE_TRAINING__SEED", "x"), List.of("features[0].clip=3"))
                      .load(SMALLEST, directory))
          .hasMessageContaining(
              "features[0].clip: found 3, expected a list (from --set features[0].clip)")
          .hasMessageContaining("expected a whole number (from MILLRACE_TRAINING__SEED)");
    }

    @Test
    void aSetWithoutAValueOrAPlaceIsRefused() {
      assertThatThrownBy(
              () ->
                  new PipelineLoader(Map.of(), List.of("training.seed", "features[3].name=x"))
                      .load(SMALLEST, directory))
          .hasMessageContaining("--set training.seed: expected --set key=value")
          .hasMessageContaining("there is no place 'features.3.name'");
    }
  }

  @Nested
  class Keeping {
    @Test
    void secretsComeFromFilesAndVariablesAndAreNeverPrinted() throws IOException {
      // given
      Files.writeString(directory.resolve("jaas"), "username=\"u\" password=\"hunter2\";\n");
      String yaml =
          SMALLEST
              + """
              kafka:
                sasl.jaas.config: ${file:jaas}
                ssl.keystore.password: ${env:STORE_PASSWORD}
                bootstrap.servers: localhost:9092
              """;

      // when
      PipelineConfig config =
          new PipelineLoader(Map.of("STORE_PASSWORD", "s3cret"), List.of())
              .load(yaml, directory)
              .config();

      // then
      assertThat(config.kafka())
          .containsEntry("sasl.jaas.config", "username=\"u\" password=\"hunter2\";")
          .containsEntry("ssl.keystore.password", "s3cret");
      assertThat(config.toString()).contains("localhost:9092").doesNotContain("hunter2", "s3cret");
    }

    @Test
    void aSecretInTheWrongPlaceIsNotPrintedEither() throws IOException {
      // given
      Files.writeString(directory.resolve("secret"), "hunter2");

      // when / then
      assertThatThrownBy(() -> load(SMALLEST + "training: {optim: '${file:secret}'}\n"))
          .hasMessageContaining("training.optim")
          .hasMessageNotContaining("hunter2");
    }

    @Test
    void noPartOfALongSecretIsPrinted() throws IOException {
      // given: messages shorten texts, which must not cut a secret out of recognition
      Files.writeString(directory.resolve("secret"), "hunter2".repeat(40));

      // when / then
      assertThatThrownBy(
              () ->
                  load(
                      SMALLEST
                          + "training: {optim: 'xx ${file:secret}', seed: '${file:secret}'}\n"))
          .hasMessageContainingAll("training.optim: found a text", "training.seed: found a text")
          .hasMessageNotContaining("hunter2");
    }

    @Test
    void aSetThatIsNoneDoesNotRepeatWhatMayBeASecret() {
      assertThatThrownBy(
              () ->
                  new PipelineLoader(Map.of(), List.of("kafka.ssl.key.password: hunter2"))
                      .load(SMALLEST, directory))
          .hasMessageContaining("--set kafka.ssl.key.password")
          .hasMessageNotContaining("hunter2");
    }

    @Test
    void whatFollowsFromASecretThatIsNotThereIsNotToldAgain() {
      assertThat(problemsOf(SMALLEST.replace("customers", "'${file:absent}'")))
          .extracting(ConfigException.Problem::key)
          .containsExactly("samples.topic");
    }

    @Test
    void aSecretThatIsNotThereIsAProblem() {
      assertThat(
              problemsOf(SMALLEST + "kafka: {a: '${file:absent}', b: '${env:ABSENT}'}\n").stream()
                  .map(ConfigException.Problem::key))
          .containsExactly("kafka.a", "kafka.b");
    }
  }

  @Nested
  class Warning {
    @Test
    void anEvalBatchSmallerThanATrainBatchIsAllowedAndSaysWhatItCosts() {
      assertThat(load(SMALLEST + "evaluation: {per_device_eval_batch_size: 32}\n").warnings())
          .singleElement()
          .asString()
          .contains("per_device_eval_batch_size (32) is smaller than")
          .contains("(50)");
    }

    @Test
    void aTrainBatchOfOneIsAllowedAndSaysWhatItCosts() {
      assertThat(load(SMALLEST + "training: {per_device_train_batch_size: 1}\n").warnings())
          .singleElement()
          .asString()
          .contains("one sample's gradient");
    }
  }

  private LoadedPipeline load(String yaml) {
    return new PipelineLoader(Map.of(), List.of()).load(yaml, directory);
  }

  private List<ConfigException.Problem> problemsOf(String yaml) {
    return catchThrowableOfType(ConfigException.class, () -> load(yaml)).problems();
  }
}
