package io.millrace.schemas.features.decoding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.proto.DeadLetter.Reason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Parses JSON objects as a stream; values of other fields are skipped without being created. */
public final class JsonRecords implements RecordParser {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_NUMBER_LENGTH = 400;

  private final JsonFactory factory =
      new JsonFactoryBuilder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .build())
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          // Python's json writes NaN and Infinity: they are rejected as not finite, with their
          // field.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  @Override
  public @Nullable Rejection parse(byte[] bytes, int offset, int length, Fields fields) {
    try (JsonParser parser = factory.createParser(bytes, offset, length)) {
      JsonToken first = parser.nextToken();
      if (first != JsonToken.START_OBJECT) {
        return undecodable("the record is " + describe(first) + ", expected a JSON object");
      }
      readObject(parser, fields.root());
      if (parser.nextToken() != null) {
        return undecodable("there is more text after the JSON object");
      }
      return null;
    } catch (IOException e) {
      return undecodable("not JSON: " + firstLine(e.getMessage()));
    }
  }

  private static void readObject(JsonParser parser, Fields.FieldNode node) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      Fields.FieldNode child = node.child(parser.currentName());
      JsonToken token = parser.nextToken();
      if (child == null) {
        parser.skipChildren();
      } else if (token == JsonToken.START_OBJECT && child.hasChildren()) {
        if (child.value != null) {
          child.value.setOther();
        }
        readObject(parser, child);
      } else if (child.value != null) {
        readValue(parser, token, child.value);
      } else {
        parser.skipChildren();
      }
    }
  }

  private static void readValue(JsonParser parser, JsonToken token, FieldValue value)
      throws IOException {
    switch (token) {
      case VALUE_NUMBER_INT -> readInteger(parser, value);
      case VALUE_NUMBER_FLOAT -> value.setNumber(parser.getDoubleValue());
      case VALUE_STRING ->
          value.setText(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
      case VALUE_TRUE -> value.setFlag(true);
      case VALUE_FALSE -> value.setFlag(false);
      case VALUE_NULL -> value.clear();
      case START_ARRAY -> readNumbers(parser, value);
      default -> {
        parser.skipChildren();
        value.setOther();
      }
    }
  }

  private static void readInteger(JsonParser parser, FieldValue value) throws IOException {
    if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      value.setNumber(parser.getDoubleValue());
    } else {
      value.setInteger(parser.getLongValue());
    }
  }

  private static void readNumbers(JsonParser parser, FieldValue value) throws IOException {
    PackedFloats numbers = value.setNumbers();
    boolean onlyNumbers = true;
    JsonToken token = parser.nextToken();
    while (token != JsonToken.END_ARRAY) {
      if (token == null) {
        return; // The parser reports an unexpected end at its next token.
      }
      if (token.isNumeric()) {
        numbers.add((float) parser.getDoubleValue());
      } else {
        parser.skipChildren();
        onlyNumbers = false;
      }
      token = parser.nextToken();
    }
    if (!onlyNumbers) {
      value.setOther();
    }
  }

  private static Rejection undecodable(String detail) {
    return new Rejection(Reason.UNDECODABLE, detail);
  }

  private static String describe(@Nullable JsonToken token) {
    return token == null ? "empty" : "a JSON " + token.name();
  }

  private static String firstLine(@Nullable String message) {
    return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
  }
}
