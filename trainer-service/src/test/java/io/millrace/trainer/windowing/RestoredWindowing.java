package io.millrace.trainer.windowing;

import java.util.Map;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Windowing with the stored state of an earlier process, as after a restore. */
record RestoredWindowing(WindowingProcessor windowing, Map<Integer, byte[]> left)
    implements Processor<byte[], byte[], byte[], byte[]> {
  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    SlotStore store = context.getStateStore(WindowingProcessor.STORE);
    left.forEach(store::put);
    windowing.init(context);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    windowing.process(record);
  }

  @Override
  public void close() {
    windowing.close();
  }
}
