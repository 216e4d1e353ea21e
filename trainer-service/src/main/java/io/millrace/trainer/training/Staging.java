package io.millrace.trainer.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reused host memory for batches: one buffer for each tensor of a pass.
 *
 * <p>Aligned to a cache line, as PyTorch's own memory is: MKL guarantees the same bits only for the
 * same alignment.
 */
final class Staging {
  private static final int ALIGNMENT_BYTES = 64;

  private final List<ByteBuffer> buffers = new ArrayList<>();

  /** A buffer of this many bytes, valid until the next call for the same tensor. */
  ByteBuffer buffer(int tensor, int bytes) {
    while (buffers.size() <= tensor) {
      buffers.add(allocate(1));
    }
    ByteBuffer buffer = buffers.get(tensor);
    if (buffer.capacity() < bytes) {
      buffer = allocate(bytes);
      buffers.set(tensor, buffer);
    }
    return buffer.clear().limit(bytes);
  }

  private static ByteBuffer allocate(int bytes) {
    int rounded = Math.addExact(bytes, ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
    return ByteBuffer.allocateDirect(Math.addExact(rounded, ALIGNMENT_BYTES))
        .alignedSlice(ALIGNMENT_BYTES)
        .order(ByteOrder.nativeOrder());
  }
}
