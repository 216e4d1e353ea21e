package io.millrace.broker;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * Runs a broker in a process of its own: {@code BrokerMain [DIRECTORY [PORT]]}. Prints the value
 * for {@code bootstrap.servers} as the only line of its output once it accepts requests, and runs
 * until the process is asked to end.
 */
public final class BrokerMain {
  private BrokerMain() {}

  @SuppressWarnings("SystemOut")
  public static void main(String[] args) throws InterruptedException {
    var builder = EmbeddedBroker.builder();
    if (args.length > 0) {
      builder.directory(Path.of(args[0]));
    }
    if (args.length > 1) {
      builder.port(Integer.parseInt(args[1]));
    }
    var broker = builder.start();
    // a plain hook: this module depends on no other module, and nothing else runs in this process
    Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-close"));
    System.out.println(broker.bootstrapServers());
    System.out.flush();
    new CountDownLatch(1).await();
  }
}
