package io.millrace.schemas.features.columns;

import io.millrace.schemas.config.FeatureConfig;
import io.millrace.schemas.config.FeatureConfig.ArrayFeature;
import io.millrace.schemas.config.FeatureConfig.BooleanFeature;
import io.millrace.schemas.config.FeatureConfig.CategoryFeature;
import io.millrace.schemas.config.FeatureConfig.DayOfWeekFeature;
import io.millrace.schemas.config.FeatureConfig.NumberFeature;
import io.millrace.schemas.config.FeatureConfig.TimeOfDayFeature;
import io.millrace.schemas.config.HoldoutConfig;
import io.millrace.schemas.config.LabelConfig;
import io.millrace.schemas.config.SamplesConfig;
import io.millrace.schemas.features.decoding.FieldValue;
import io.millrace.schemas.features.decoding.Fields;
import io.millrace.schemas.features.rows.InputSpec;
import io.millrace.schemas.features.rows.Rejection;
import io.millrace.schemas.features.rows.Rows;
import java.util.ArrayList;
import java.util.List;

/** Places the features next to each other in the model's inputs, and creates the column of each. */
public final class ColumnLayout {
  private final SamplesConfig samples;
  private final List<InputSpec> inputs;
  private final Fields fields = new Fields();
  private final int[] filled;

  public ColumnLayout(SamplesConfig samples, List<InputSpec> inputs) {
    this.samples = samples;
    this.inputs = inputs;
    this.filled = new int[inputs.size()];
  }

  public Fields fields() {
    return fields;
  }

  /** The label comes first: a record without a label is rejected for that. */
  public Column[] columns(
      List<FeatureConfig> features, LabelConfig label, HoldoutConfig holdout, int holdoutSeed) {
    List<Column> columns = new ArrayList<>();
    columns.add(new LabelColumn(fields.at(label.field()), label));
    features.forEach(feature -> columns.add(column(feature, place(feature))));
    if (samples.weight() != null) {
      columns.add(new WeightColumn(fields.at(samples.weight())));
    }
    if (samples.eventTime() != null) {
      columns.add(time(samples.eventTime(), Rows::setEventTimeMs));
    }
    if (samples.predictionTime() != null) {
      columns.add(time(samples.predictionTime(), Rows::setPredictionTimeMs));
    }
    if (samples.id() != null) {
      columns.add(new HashColumn(fields.at(samples.id()), 0, Rows::setIdHash));
    }
    if (holdout.field() != null) {
      columns.add(new HashColumn(fields.at(holdout.field()), holdoutSeed, Rows::setHoldoutHash));
    }
    return columns.toArray(Column[]::new);
  }

  private ColumnPlace place(FeatureConfig feature) {
    int input = 0;
    while (!inputs.get(input).name().equals(feature.input())) {
      input++;
    }
    var place = new ColumnPlace(input, inputs.get(input).width(), filled[input]);
    filled[input] += feature.width();
    return place;
  }

  private Column column(FeatureConfig feature, ColumnPlace place) {
    FieldValue value = fields.at(feature.field());
    if (feature instanceof NumberFeature number) {
      return new NumberColumn(value, place, number);
    } else if (feature instanceof CategoryFeature category) {
      return new CategoryColumn(value, place, category);
    } else if (feature instanceof BooleanFeature flag) {
      return new BooleanColumn(value, place, flag);
    } else if (feature instanceof ArrayFeature array) {
      return new ArrayColumn(value, place, array);
    } else if (feature instanceof TimeOfDayFeature) {
      return CyclicColumn.timeOfDay(new TimeField(value, samples), place);
    } else if (feature instanceof DayOfWeekFeature) {
      return CyclicColumn.dayOfWeek(new TimeField(value, samples), place);
    }
    throw new IllegalArgumentException("feature '" + feature.name() + "' is of an unknown kind");
  }

  private Column time(String path, HashColumn.Target target) {
    var time = new TimeField(fields.at(path), samples);
    return (rows, row) -> {
      Rejection rejection = time.read();
      if (rejection == null) {
        target.set(rows, row, time.epochMs());
      }
      return rejection;
    };
  }
}
