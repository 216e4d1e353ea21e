package io.millrace.schemas.config;

import io.millrace.schemas.config.binding.Checks;
import io.millrace.schemas.config.binding.Setting;
import java.util.List;

/** What the model learns to predict. The key {@code type} selects the kind. */
public sealed interface LabelConfig {
  /** The record's field; dots lead into nested objects. */
  String field();

  Task task();

  /** The number of classes; 1 for a value, 2 for a binary label. */
  int classes();

  /** As written in the file. */
  String typeName();

  /** A finite number: a regression. */
  record NumberLabel(@Setting("The record's field.") String field) implements LabelConfig {
    public NumberLabel {
      new Checks().notBlank("field", field).done();
    }

    @Override
    public Task task() {
      return Task.REGRESSION;
    }

    @Override
    public int classes() {
      return 1;
    }

    @Override
    public String typeName() {
      return "number";
    }
  }

  /** One of the listed values. Two of them make a binary label, whose "yes" is the second. */
  record ClassLabel(
      @Setting("The record's field.") String field,
      @Setting("The classes in the order of the model's outputs, at least two.")
          List<String> values)
      implements LabelConfig {
    public ClassLabel {
      values = List.copyOf(values);
      new Checks()
          .notBlank("field", field)
          .that(
              values.size() >= 2 && values.stream().distinct().count() == values.size(),
              "values",
              values,
              "must be at least two different classes")
          .done();
    }

    @Override
    public Task task() {
      return values.size() == 2 ? Task.BINARY : Task.MULTICLASS;
    }

    @Override
    public int classes() {
      return values.size();
    }

    @Override
    public String typeName() {
      return "class";
    }
  }

  /** Whether a number lies above a bound: a binary label. */
  record ThresholdLabel(
      @Setting("The record's field, a number.") String field,
      @Setting("A value above this is a \"yes\".") double above)
      implements LabelConfig {
    public ThresholdLabel {
      new Checks()
          .notBlank("field", field)
          .that(Double.isFinite(above), "above", above, "must be finite")
          .done();
    }

    @Override
    public Task task() {
      return Task.BINARY;
    }

    @Override
    public int classes() {
      return 2;
    }

    @Override
    public String typeName() {
      return "threshold";
    }
  }
}
