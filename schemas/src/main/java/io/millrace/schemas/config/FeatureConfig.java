package io.millrace.schemas.config;

import io.millrace.schemas.config.binding.Checks;
import io.millrace.schemas.config.binding.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Maps one field of a record to columns of one model input. The columns of features with the same
 * {@code input} are adjacent, in the order of the file. The key {@code type} selects the kind.
 */
public sealed interface FeatureConfig {
  /** Unique in the pipeline. */
  String name();

  /** The record's field; dots lead into nested objects. By default the name. */
  String field();

  /** The model input that contains its columns. */
  String input();

  /** The number of its columns. */
  int width();

  /** Whether its columns are int64 (categories) rather than float32. */
  default boolean isInteger() {
    return false;
  }

  /** The float32 input of features that name none. */
  String DEFAULT_INPUT = "features";

  /** A number: {@code log1p}, then {@code scale}, then {@code clip}. */
  record NumberFeature(
      @Setting("Unique in the pipeline.") String name,
      @Setting(value = "The record's field; absent: the name.", byDefault = Setting.NONE)
          @Nullable String field,
      @Setting(value = "The model input that contains it.", byDefault = DEFAULT_INPUT) String input,
      @Setting(
              value = "First takes log(1 + value); values below 0 are rejected.",
              byDefault = "false")
          boolean log1p,
      @Setting(value = "Subtracts mean, divides by deviation.", byDefault = Setting.NONE)
          @Nullable Scale scale,
      @Setting(value = "Bounds of the result, after log1p and scale.", byDefault = Setting.NONE)
          @Nullable List<Double> clip,
      @Setting(
              value = "Replaces a missing or non-finite value; absent: such a sample is rejected.",
              byDefault = Setting.NONE,
              key = "default")
          @Nullable Double fallback)
      implements FeatureConfig {
    public NumberFeature {
      field = field == null ? name : field;
      new Checks()
          .notBlank("name", name)
          .that(
              clip == null || (clip.size() == 2 && clip.get(0) < clip.get(1)),
              "clip",
              clip == null ? "" : clip,
              "must be [low, high] with low < high")
          .that(
              fallback == null || Double.isFinite(fallback),
              "default",
              fallback == null ? "" : fallback,
              "must be finite")
          .done();
    }

    @Override
    public int width() {
      return 1;
    }
  }

  /** The mean and the deviation by which a number is standardized. */
  record Scale(
      @Setting(value = "The number to subtract.", byDefault = "0") double mean,
      @Setting(value = "The divisor, > 0.", byDefault = "1") double deviation) {
    public Scale {
      new Checks()
          .that(Double.isFinite(mean), "mean", mean, "must be finite")
          .that(
              deviation > 0 && Double.isFinite(deviation),
              "deviation",
              deviation,
              "must be finite and > 0")
          .done();
    }
  }

  /**
   * A category, one int64 column: either hashed into {@code buckets} (0 to buckets - 1), or its
   * index in {@code vocabulary}. The vocabulary's size stands for all unknown values.
   */
  record CategoryFeature(
      @Setting("Unique in the pipeline.") String name,
      @Setting(value = "The record's field; absent: the name.", byDefault = Setting.NONE)
          @Nullable String field,
      @Setting(
              value = "The model input that contains it; absent: the name.",
              byDefault = Setting.NONE)
          @Nullable String input,
      @Setting(value = "Hash into this many buckets.", byDefault = Setting.NONE)
          @Nullable Integer buckets,
      @Setting(
              value = "The known values; all others together are one more category.",
              byDefault = "[]")
          List<String> vocabulary,
      @Setting(
              value = "Replaces a missing value; absent: such a sample is rejected.",
              byDefault = Setting.NONE,
              key = "default")
          @Nullable String fallback)
      implements FeatureConfig {
    public CategoryFeature {
      field = field == null ? name : field;
      input = input == null ? name : input;
      vocabulary = List.copyOf(vocabulary);
      new Checks()
          .notBlank("name", name)
          .that(
              (buckets != null) != !vocabulary.isEmpty(),
              "buckets",
              buckets == null ? "neither buckets nor vocabulary" : "both buckets and vocabulary",
              "give one of them")
          .that(
              buckets == null || buckets > 1,
              "buckets",
              buckets == null ? "" : buckets,
              "must be at least 2")
          .done();
    }

    /** The number of different values of its column. */
    public int categories() {
      return buckets != null ? buckets : vocabulary.size() + 1;
    }

    @Override
    public int width() {
      return 1;
    }

    @Override
    public boolean isInteger() {
      return true;
    }
  }

  /** The time of day of a time field, as sine and cosine. */
  record TimeOfDayFeature(
      @Setting("Unique in the pipeline.") String name,
      @Setting(value = "The record's field; absent: the name.", byDefault = Setting.NONE)
          @Nullable String field,
      @Setting(value = "The model input that contains it.", byDefault = DEFAULT_INPUT) String input)
      implements FeatureConfig {
    public TimeOfDayFeature {
      field = field == null ? name : field;
      new Checks().notBlank("name", name).done();
    }

    @Override
    public int width() {
      return 2;
    }
  }

  /** The day of the week of a time field, as sine and cosine. */
  record DayOfWeekFeature(
      @Setting("Unique in the pipeline.") String name,
      @Setting(value = "The record's field; absent: the name.", byDefault = Setting.NONE)
          @Nullable String field,
      @Setting(value = "The model input that contains it.", byDefault = DEFAULT_INPUT) String input)
      implements FeatureConfig {
    public DayOfWeekFeature {
      field = field == null ? name : field;
      new Checks().notBlank("name", name).done();
    }

    @Override
    public int width() {
      return 2;
    }
  }

  /** True is 1, false is 0. */
  record BooleanFeature(
      @Setting("Unique in the pipeline.") String name,
      @Setting(value = "The record's field; absent: the name.", byDefault = Setting.NONE)
          @Nullable String field,
      @Setting(value = "The model input that contains it.", byDefault = DEFAULT_INPUT) String input,
      @Setting(
              value = "Replaces a missing value; absent: such a sample is rejected.",
              byDefault = Setting.NONE,
              key = "default")
          @Nullable Boolean fallback)
      implements FeatureConfig {
    public BooleanFeature {
      field = field == null ? name : field;
      new Checks().notBlank("name", name).done();
    }

    @Override
    public int width() {
      return 1;
    }
  }

  /** An array of numbers of a fixed length, for example an embedding. */
  record ArrayFeature(
      @Setting("Unique in the pipeline.") String name,
      @Setting(value = "The record's field; absent: the name.", byDefault = Setting.NONE)
          @Nullable String field,
      @Setting(value = "The model input that contains it.", byDefault = DEFAULT_INPUT) String input,
      @Setting("The number of elements; arrays of another length are rejected.") int size,
      @Setting(value = "Subtracts mean, divides by deviation.", byDefault = Setting.NONE)
          @Nullable Scale scale,
      @Setting(value = "Bounds of each number, after scale.", byDefault = Setting.NONE)
          @Nullable List<Double> clip)
      implements FeatureConfig {
    public ArrayFeature {
      field = field == null ? name : field;
      new Checks()
          .notBlank("name", name)
          .positive("size", size)
          .that(
              clip == null || (clip.size() == 2 && clip.get(0) < clip.get(1)),
              "clip",
              clip == null ? "" : clip,
              "must be [low, high] with low < high")
          .done();
    }

    @Override
    public int width() {
      return size;
    }
  }
}
