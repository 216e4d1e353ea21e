package io.millrace.architecture;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The structure of the code: what its packages promise, how large they are, how they depend. */
class ArchitectureTest {
  private static final int MOST_TYPES = 25;

  /** Families: many small types behind one interface, of which a reader needs one at a time. */
  private static final Set<String> FAMILIES =
      Set.of(
          "io.millrace.trainer.graph.ops" /* operators */, "io.millrace.eval.metrics" /* sums */);

  private static final List<SourceFile> MAIN = SourceFile.all("main");
  private static final List<SourceFile> TEST = SourceFile.all("test");

  static Stream<SourceFile> packageInfos() {
    return MAIN.stream().filter(SourceFile::isPackageInfo);
  }

  @ParameterizedTest
  @MethodSource("packageInfos")
  void aPackageImportsNothingThatItsDescriptionRulesOut(SourceFile packageInfo) {
    PackageClaims claimed = PackageClaims.of(packageInfo);

    List<String> broken =
        MAIN.stream()
            .filter(file -> isWithin(file.packageName(), claimed.packageName()))
            .flatMap(
                file ->
                    file.packagesUsed().stream()
                        .flatMap(
                            used ->
                                claimed.claims().stream()
                                    .filter(claim -> claim.forbids(used, claimed.packageName()))
                                    .map(
                                        claim ->
                                            "%s uses %s, but %s must not import %s"
                                                .formatted(
                                                    file,
                                                    used,
                                                    claimed.packageName(),
                                                    claim.words()))))
            .toList();

    assertThat(broken).isEmpty();
  }

  @Test
  void everyPackageHasADescriptionThatSaysWhatComesInAndWhatGoesOut() {
    Set<String> described =
        packageInfos()
            .filter(info -> info.text().contains("In: ") && info.text().contains("Out: "))
            .map(SourceFile::packageName)
            .collect(toSet());

    Set<String> packages = MAIN.stream().map(SourceFile::packageName).collect(toSet());

    assertThat(described).containsExactlyInAnyOrderElementsOf(packages);
  }

  @Test
  void mostDescriptionsRuleSomethingOut() {
    // so that a change of wording cannot silence the rules
    long ruled = packageInfos().filter(info -> !PackageClaims.of(info).claims().isEmpty()).count();

    assertThat(ruled).isGreaterThanOrEqualTo(packageInfos().count() - 5);
  }

  @Test
  void noPackageHasMoreThan25Types() {
    Map<String, Long> sizes =
        new TreeMap<>(
            MAIN.stream()
                .filter(file -> !file.isPackageInfo())
                .collect(groupingBy(SourceFile::packageName, counting())));

    sizes.keySet().removeAll(FAMILIES);
    sizes.values().removeIf(size -> size <= MOST_TYPES);

    assertThat(sizes).isEmpty();
  }

  @Test
  void noTwoTopLevelTypesShareAName() {
    Map<String, List<SourceFile>> byName =
        Stream.concat(MAIN.stream(), TEST.stream())
            .filter(file -> !file.isPackageInfo())
            .collect(
                groupingBy(
                    SourceFile::typeName, TreeMap::new, java.util.stream.Collectors.toList()));

    byName.values().removeIf(files -> files.size() == 1);

    assertThat(byName).isEmpty();
  }

  @Test
  void packagesHaveNoCycles() {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.millrace");

    slices().matching("io.millrace.(**)").should().beFreeOfCycles().check(classes);
  }

  @Test
  void servicesAndSchemasDependOnNoOtherModuleButSchemas() {
    assertThat(uses("io.millrace.schemas", "io.millrace.schemas")).isEmpty();
    assertThat(uses("io.millrace.trainer", "io.millrace.trainer", "io.millrace.schemas")).isEmpty();
    assertThat(uses("io.millrace.eval", "io.millrace.eval", "io.millrace.schemas")).isEmpty();
  }

  @Test
  void onlyOneClassCallsTheInsideOfDjlsEngine() {
    assertThat(usersOf("ai.djl.pytorch.jni"))
        .containsExactly("trainer-service/src/main/java/io/millrace/trainer/torch/Torch.java");
  }

  @Test
  void onlyTheStoreUsesTheClientOfS3() {
    assertThat(usersOf("software.amazon.awssdk"))
        .isNotEmpty()
        .allMatch(file -> file.contains("/schemas/store/") || file.contains("/objects/"));
  }

  @Test
  void noiseScaleAndLearningRateAreArithmeticOnly() {
    List<SourceFile> pure =
        MAIN.stream()
            .filter(file -> Set.of("NoiseScale", "LearningRate").contains(file.typeName()))
            .toList();

    assertThat(pure).hasSize(2);
    assertThat(pure)
        .allSatisfy(
            file ->
                assertThat(file.packagesUsed())
                    .noneMatch(used -> used.startsWith("ai.") || used.contains("kafka")));
  }

  private static List<String> uses(String module, String... allowed) {
    return MAIN.stream()
        .filter(file -> isWithin(file.packageName(), module))
        .flatMap(
            file ->
                file.packagesUsed().stream()
                    .filter(used -> isWithin(used, "io.millrace"))
                    .filter(used -> Stream.of(allowed).noneMatch(prefix -> isWithin(used, prefix)))
                    .map(used -> file + " uses " + used))
        .toList();
  }

  private static List<String> usersOf(String prefix) {
    return MAIN.stream()
        .filter(file -> file.packagesUsed().stream().anyMatch(used -> isWithin(used, prefix)))
        .map(SourceFile::toString)
        .toList();
  }

  private static boolean isWithin(String name, String prefix) {
    return name.equals(prefix) || name.startsWith(prefix + ".");
  }
}
