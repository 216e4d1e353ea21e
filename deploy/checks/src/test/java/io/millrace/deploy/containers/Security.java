package io.millrace.deploy.containers;

import java.util.Map;

/** What a cluster asks of its clients. */
interface Security {
  /** Everyone may do everything. */
  Security NONE =
      new Security() {
        @Override
        public String protocol() {
          return "PLAINTEXT";
        }

        @Override
        public Map<String, byte[]> files() {
          return Map.of();
        }

        @Override
        public String formatArguments() {
          return "";
        }

        @Override
        public Map<String, String> brokerSettings() {
          return Map.of();
        }

        @Override
        public Map<String, String> serviceSettings() {
          return Map.of();
        }

        @Override
        public Map<String, String> client(String user) {
          return Map.of();
        }
      };

  /** {@code PLAINTEXT} or {@code SASL_SSL}. */
  String protocol();

  /** Files of the broker's container, by path. */
  Map<String, byte[]> files();

  /** Additional arguments of {@code kafka-storage.sh format}, with a leading space. */
  String formatArguments();

  Map<String, String> brokerSettings();

  /** Variables of a service, whichever user it is. */
  Map<String, String> serviceSettings();

  /** What a client on this machine needs to be this user. */
  Map<String, String> client(String user);
}
