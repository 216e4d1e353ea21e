package io.millrace.schemas.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ResidentMemoryTest {
  private static final int MIB = 1 << 20;

  @Test
  void nativeMemoryThatIsTouchedIsSeenAtItsPeak() {
    assumeTrue(Files.isWritable(Path.of("/proc/self/clear_refs")), "needs Linux's /proc");
    // when
    OptionalLong growth = ResidentMemory.ofMachine().peakWhile(() -> touch(256 * MIB));

    // then
    assertThat(growth).isPresent();
    assertThat(growth.getAsLong()).isGreaterThan(200L * MIB);
  }

  private static void touch(int bytes) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
    for (int i = 0; i < bytes; i += 4096) {
      buffer.put(i, (byte) 1);
    }
  }
}
