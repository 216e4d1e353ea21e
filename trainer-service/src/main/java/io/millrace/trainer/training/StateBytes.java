package io.millrace.trainer.training;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.millrace.trainer.graph.ops.HostTensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The bytes of a {@link LearnerState} without its weights.
 *
 * <p>Big endian: magic, version, step, ceiling, samples, poisoned, optimizer, number of tensors;
 * for each its name, whether it is float64, its size and its elements (little endian); last the
 * CRC-32C of all before.
 */
final class StateBytes {
  private static final int MAGIC = 0x4D4C5253; // MLRS
  private static final int VERSION = 1;
  private static final int CHECKSUM_BYTES = Integer.BYTES;

  private StateBytes() {}

  static byte[] write(LearnerState state) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeInt(VERSION);
      out.writeLong(state.step());
      out.writeInt(state.ceiling());
      out.writeLong(state.samples());
      out.writeLong(state.poisoned());
      out.writeUTF(state.optimizer());
      out.writeInt(state.optimizerTensors().size());
      for (Map.Entry<String, HostTensor> tensor : state.optimizerTensors().entrySet()) {
        out.writeUTF(tensor.getKey());
        out.writeBoolean(tensor.getValue().type() == DataType.FLOAT64);
        out.writeInt(Math.toIntExact(tensor.getValue().shape().size()));
        out.write(tensor.getValue().bytes());
      }
      out.flush();
      out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static LearnerState read(byte[] bytes, Map<String, HostTensor> weights) {
    int length = bytes.length - CHECKSUM_BYTES;
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      requireWhole(bytes, length);
      in.skipNBytes(Integer.BYTES);
      int version = in.readInt();
      if (version != VERSION) {
        throw new CorruptStateException(
            "version %d, this build reads %d".formatted(version, VERSION));
      }
      long step = in.readLong();
      int ceiling = in.readInt();
      long samples = in.readLong();
      long poisoned = in.readLong();
      String optimizer = in.readUTF();
      Map<String, HostTensor> tensors = tensors(in);
      if (in.available() != CHECKSUM_BYTES) {
        throw new CorruptStateException(in.available() + " bytes after its end");
      }
      return new LearnerState(weights, optimizer, tensors, step, ceiling, samples, poisoned);
    } catch (IOException e) {
      throw new CorruptStateException(bytes.length + " bytes, which end too early");
    }
  }

  private static void requireWhole(byte[] bytes, int length) {
    if (length < 0 || java.nio.ByteBuffer.wrap(bytes).getInt() != MAGIC) {
      throw new CorruptStateException(bytes.length + " bytes without the magic number");
    }
    int found = checksum(bytes, length);
    int written = java.nio.ByteBuffer.wrap(bytes, length, CHECKSUM_BYTES).getInt();
    if (found != written) {
      throw new CorruptStateException(
          "%d bytes with CRC-32C %08x, written was %08x".formatted(bytes.length, found, written));
    }
  }

  private static Map<String, HostTensor> tensors(DataInputStream in) throws IOException {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      String name = in.readUTF();
      DataType type = in.readBoolean() ? DataType.FLOAT64 : DataType.FLOAT32;
      int size = in.readInt();
      long wanted = size * (long) type.getNumOfBytes();
      if (size < 0 || wanted > in.available()) {
        throw new CorruptStateException("tensor '%s' of %d numbers".formatted(name, size));
      }
      byte[] elements = in.readNBytes((int) wanted);
      tensors.put(name, new HostTensor(type, new Shape(size), elements));
    }
    return tensors;
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
