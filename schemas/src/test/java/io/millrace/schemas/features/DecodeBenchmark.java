package io.millrace.schemas.features;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.features.rows.Rows;
import io.millrace.schemas.proto.Field;
import io.millrace.schemas.proto.Numbers;
import io.millrace.schemas.proto.Sample;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Samples per second from a record's bytes to a row of tensors, on one thread. The schemas' README
 * says how to run it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(5)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class DecodeBenchmark {
  private static final int RECORDS = 1024;

  private static final String FLIGHTS =
      """
      pipeline: flights
      samples: {topic: flights, event_time: scheduled}
      features:
        - {name: hour, type: time_of_day, field: scheduled}
        - {name: weekday, type: day_of_week, field: scheduled}
        - {name: distance, type: number, field: distance_miles, log1p: true}
        - {name: origin, type: category, buckets: 512}
        - {name: destination, type: category, buckets: 512}
      label: {type: threshold, field: arrival_delay_minutes, above: 15}
      """;

  private final Random random = new Random(1);
  private final byte[][] protobufFloats = records(this::protobufSample);
  private final byte[][] jsonFloats = records(this::jsonSample);
  private final byte[][] jsonFlights = records(this::flight);
  private final SampleDecoder protobuf =
      SamplePipelines.decoder(SamplePipelines.FIFTY_FLOATS, "samples.format=protobuf");
  private final SampleDecoder json = SamplePipelines.decoder(SamplePipelines.FIFTY_FLOATS);
  private final SampleDecoder flights = SamplePipelines.decoder(FLIGHTS);
  private final Rows protobufRows = protobuf.rows(RECORDS);
  private final Rows jsonRows = json.rows(RECORDS);
  private final Rows flightRows = flights.rows(RECORDS);
  private int next;

  @Benchmark
  public boolean protobuf50Floats() {
    return decode(protobuf, protobufFloats, protobufRows);
  }

  @Benchmark
  public boolean json50Floats() {
    return decode(json, jsonFloats, jsonRows);
  }

  @Benchmark
  public boolean jsonFlight() {
    return decode(flights, jsonFlights, flightRows);
  }

  private boolean decode(SampleDecoder decoder, byte[][] records, Rows rows) {
    int i = next;
    next = (i + 1) & (RECORDS - 1);
    if (decoder.decode(records[i], 0, rows, i) != null) {
      throw new IllegalStateException("the benchmark's own record was rejected");
    }
    return true;
  }

  private static byte[][] records(java.util.function.Supplier<byte[]> one) {
    return java.util.stream.Stream.generate(one).limit(RECORDS).toArray(byte[][]::new);
  }

  private byte[] protobufSample() {
    var numbers = Numbers.newBuilder();
    for (int i = 0; i < 50; i++) {
      numbers.addValues((float) random.nextGaussian());
    }
    return Sample.newBuilder()
        .addFields(Field.newBuilder().setName("x").setNumbers(numbers))
        .addFields(Field.newBuilder().setName("y").setNumber(random.nextGaussian()))
        .build()
        .toByteArray();
  }

  private byte[] jsonSample() {
    var text = new StringBuilder("{\"x\":[").append((float) random.nextGaussian());
    for (int i = 1; i < 50; i++) {
      text.append(',').append((float) random.nextGaussian());
    }
    return text.append("],\"y\":")
        .append(random.nextGaussian())
        .append('}')
        .toString()
        .getBytes(UTF_8);
  }

  private byte[] flight() {
    return """
        {"scheduled":"2001-01-%02dT%02d:%02d","origin":"LAS","destination":"PHL","distance_miles":%d,"arrival_delay_minutes":%d}
        """
        .formatted(
            1 + random.nextInt(16),
            random.nextInt(24),
            random.nextInt(60),
            100 + random.nextInt(3000),
            random.nextInt(90) - 20)
        .getBytes(UTF_8);
  }
}
