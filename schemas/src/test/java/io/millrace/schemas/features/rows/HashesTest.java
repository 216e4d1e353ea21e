package io.millrace.schemas.features.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class HashesTest {
  @Property
  void aPlaceIsHashedLikeItsBytes(@ForAll int partition, @ForAll long offset, @ForAll int seed) {
    // given
    byte[] bytes = ByteBuffer.allocate(12).putInt(partition).putLong(offset).array();

    // when / then
    assertThat(Hashes.hash64(partition, offset, seed))
        .isEqualTo(Hashes.hash64(bytes, bytes.length, seed));
  }
}
