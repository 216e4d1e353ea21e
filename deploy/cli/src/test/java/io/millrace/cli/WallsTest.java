package io.millrace.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The walls of the house. */
class WallsTest {
  private static final String[] ENGINES_AND_KAFKA = {
    "org.apache.kafka..", "kafka..", "ai.djl..", "ai.onnxruntime.."
  };

  private static JavaClasses classes;

  @BeforeAll
  static void importClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.millrace");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eval.drift",
        "eval.metrics",
        "eval.promotion",
        "schemas.config",
        "schemas.features",
        "schemas.lineage",
        "schemas.promotions",
        "schemas.store",
        "schemas.threads",
        "schemas.tuning"
      })
  void aPurePackageSeesNeitherKafkaNorAnEngine(String name) {
    assertThat(classes.containPackage("io.millrace." + name)).isTrue();
    noClasses()
        .that()
        .resideInAPackage("io.millrace." + name + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ENGINES_AND_KAFKA)
        .because("it must be testable without a broker or an engine")
        .check(classes);
  }

  @Test
  void schemasSeeNoService() {
    noClasses()
        .that()
        .resideInAPackage("io.millrace.schemas..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.millrace.trainer..",
            "io.millrace.eval..",
            "io.millrace.broker..",
            "io.millrace.cli..",
            "io.millrace.demo..",
            "io.millrace.tune..",
            "io.millrace.bench..",
            "io.millrace.records..")
        .check(classes);
  }

  @Test
  void theEdgeToKafkaSeesNothingOfAPipelineButItsSettings() {
    assertThat(classes.containPackage("io.millrace.schemas.kafka")).isTrue();
    noClasses()
        .that()
        .resideInAPackage("io.millrace.schemas.kafka..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.millrace.schemas.topics..",
            "io.millrace.schemas.features..",
            "io.millrace.schemas.store..",
            "io.millrace.schemas.proto..")
        .because("topics, services and commands build on it")
        .check(classes);
  }

  @Test
  void onlyTheStoreSeesTheClientOfS3() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.millrace.schemas.store..", "io.millrace.objects..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("software.amazon.awssdk..")
        .check(classes);
  }

  @Test
  void theTrainerSeesSchemasOnly() {
    assertThat(classes.containPackage("io.millrace.trainer.graph")).isTrue();
    noClasses()
        .that()
        .resideInAPackage("io.millrace.trainer..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.millrace.eval..",
            "io.millrace.broker..",
            "io.millrace.cli..",
            "io.millrace.demo..",
            "io.millrace.tune..",
            "io.millrace.bench..",
            "io.millrace.records..")
        .check(classes);
  }

  @Test
  void theNoiseScaleAndTheSearchOfBatchSizesSeeNoEngine() {
    assertThat(classes.contain("io.millrace.trainer.tuning.NoiseScale")).isTrue();
    assertThat(classes.containPackage("io.millrace.tune.plan")).isTrue();
    noClasses()
        .that()
        .haveFullyQualifiedName("io.millrace.trainer.tuning.NoiseScale")
        .or()
        .resideInAPackage("io.millrace.tune.plan..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ENGINES_AND_KAFKA)
        .check(classes);
  }

  @Test
  void theLearningRateSeesNoEngine() {
    assertThat(classes.contain("io.millrace.trainer.training.optimizers.LearningRate")).isTrue();
    noClasses()
        .that()
        .haveFullyQualifiedName("io.millrace.trainer.training.optimizers.LearningRate")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ENGINES_AND_KAFKA)
        .check(classes);
  }

  @Test
  void theGraphAndTheStepLoopSeeNoKafka() {
    assertThat(classes.containPackage("io.millrace.trainer.training")).isTrue();
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.millrace.trainer.graph..",
            "io.millrace.trainer.training..",
            "io.millrace.trainer.tuning..",
            "io.millrace.eval.tuning..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "kafka..")
        .check(classes);
  }

  @Test
  void theEvalServiceSeesSchemasOnly() {
    assertThat(classes.containPackage("io.millrace.eval")).isTrue();
    noClasses()
        .that()
        .resideInAPackage("io.millrace.eval..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.millrace.trainer..",
            "io.millrace.broker..",
            "io.millrace.cli..",
            "io.millrace.demo..",
            "io.millrace.tune..",
            "io.millrace.bench..",
            "io.millrace.records..")
        .check(classes);
  }

  @Test
  void schemasSeeNoEngine() {
    noClasses()
        .that()
        .resideInAPackage("io.millrace.schemas..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl..", "ai.onnxruntime..")
        .check(classes);
  }
}
