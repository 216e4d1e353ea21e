package io.millrace.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** PyTorch and ONNX Runtime load one CUDA and one cuDNN into the process that uses both. */
class EnginesMatchTest {
  private static final String CUDA_PROVIDER =
      "/ai/onnxruntime/native/linux-x64/libonnxruntime_providers_cuda.so";

  @Test
  void bothEnginesAreBuiltForTheSameCudaAndCudnn() throws IOException {
    // given
    String pom = Files.readString(Path.of("..", "..", "pom.xml"));

    // when
    String cuda = property(pom, "pytorch.cuda");
    List<String> natives = all(pom, "<pytorch.native>([^<]+)</pytorch.native>");

    // then
    assertThat(major(cuda)).isEqualTo(major(property(pom, "onnxruntime.cuda")));
    assertThat(major(property(pom, "pytorch.cudnn")))
        .isEqualTo(major(property(pom, "onnxruntime.cudnn")));
    assertThat(natives)
        .containsExactly("pytorch-native-cpu", "pytorch-native-cu" + cuda.replace(".", ""));
  }

  @Test
  @Tag("gpu")
  void onnxRuntimeAsksForTheCudaAndCudnnThatThePomNames() throws IOException {
    // given
    String pom = Files.readString(Path.of("..", "..", "pom.xml"));

    // when: the libraries that the CUDA provider names
    Set<String> needed = new TreeSet<>();
    try (InputStream in =
        Objects.requireNonNull(
            EnginesMatchTest.class.getResourceAsStream(CUDA_PROVIDER), CUDA_PROVIDER)) {
      collect(in, Pattern.compile("lib(?:cudart|cudnn)\\.so\\.\\d+"), needed);
    }

    // then
    assertThat(needed)
        .containsExactly(
            "libcudart.so." + major(property(pom, "onnxruntime.cuda")),
            "libcudnn.so." + major(property(pom, "onnxruntime.cudnn")));
  }

  private static void collect(InputStream in, Pattern name, Set<String> found) throws IOException {
    byte[] block = new byte[1 << 20];
    String tail = "";
    for (int read = in.read(block); read >= 0; read = in.read(block)) {
      String text = tail + new String(block, 0, read, ISO_8859_1);
      Matcher matcher = name.matcher(text);
      while (matcher.find()) {
        if (matcher.end() < text.length()) {
          found.add(matcher.group());
        }
      }
      tail = text.substring(Math.max(0, text.length() - 64));
    }
  }

  private static String property(String pom, String name) {
    List<String> values = all(pom, "<" + Pattern.quote(name) + ">([^<]+)<");
    assertThat(values).as(name).hasSize(1);
    return values.get(0);
  }

  private static List<String> all(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1)).toList();
  }

  private static String major(String version) {
    return version.replaceFirst("\\..*", "");
  }
}
