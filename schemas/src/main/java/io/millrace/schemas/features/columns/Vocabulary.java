package io.millrace.schemas.features.columns;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.features.rows.Hashes;
import java.util.Arrays;
import java.util.List;

/** Finds the index of a text in a list by its bytes, without creating a string. */
final class Vocabulary {
  private final byte[][] words;
  private final int[] slots;

  Vocabulary(List<String> words) {
    this.words = words.stream().map(word -> word.getBytes(UTF_8)).toArray(byte[][]::new);
    this.slots = new int[Integer.highestOneBit(Math.max(1, words.size())) * 4];
    Arrays.fill(slots, -1);
    for (int i = 0; i < this.words.length; i++) {
      int slot = Hashes.bucket(this.words[i], this.words[i].length, slots.length);
      while (slots[slot] >= 0) {
        slot = (slot + 1) % slots.length;
      }
      slots[slot] = i;
    }
  }

  int size() {
    return words.length;
  }

  /** The index of the text, or -1. */
  int indexOf(byte[] text, int length) {
    int slot = Hashes.bucket(text, length, slots.length);
    while (slots[slot] >= 0) {
      byte[] word = words[slots[slot]];
      if (Arrays.equals(word, 0, word.length, text, 0, length)) {
        return slots[slot];
      }
      slot = (slot + 1) % slots.length;
    }
    return -1;
  }
}
