package io.millrace.eval.aggregation;

import java.util.Map;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Aggregation that finds in its store what a process before left there, as after a restore. */
record RestoredTopology(AggregationProcessor aggregation, Map<String, byte[]> left)
    implements Processor<byte[], byte[], byte[], byte[]> {
  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    KeyValueStore<String, byte[]> store = context.getStateStore(StateStore.NAME);
    left.forEach(store::put);
    aggregation.init(context);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    aggregation.process(record);
  }
}
