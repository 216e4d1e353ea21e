package io.millrace.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;

/** JSON has no NaN: what was not measured is null. */
final class FiniteNumbers extends JsonSerializer<Double> {
  static SimpleModule module() {
    FiniteNumbers numbers = new FiniteNumbers();
    return new SimpleModule("finite-numbers")
        .addSerializer(Double.class, numbers)
        .addSerializer(double.class, numbers);
  }

  @Override
  public void serialize(Double value, JsonGenerator json, SerializerProvider provider)
      throws IOException {
    if (Double.isFinite(value)) {
      json.writeNumber(value);
    } else {
      json.writeNull();
    }
  }
}
