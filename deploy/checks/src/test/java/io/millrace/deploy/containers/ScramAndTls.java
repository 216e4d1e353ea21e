package io.millrace.deploy.containers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.security.scram.ScramLoginModule;

/**
 * TLS with a certificate made for the test, SCRAM users, and rights that deny by default. The
 * password of a user is its name with {@code -secret}.
 */
final class ScramAndTls implements Security {
  static final String ADMIN = "admin";
  private static final String USER_FILE = "/etc/millrace/kafka-user";
  private static final String CA_FILE = "/etc/millrace/ca.crt";
  private static final String STORE_PASSWORD = "keystore-secret";

  private final Path certificate;
  private final byte[] keyStore;
  private final List<String> users;

  /**
   * @param parent where it makes a directory for its files
   */
  ScramAndTls(Path parent, List<String> users) throws IOException, InterruptedException {
    this.users = users;
    Path directory = Files.createTempDirectory(parent, "tls");
    Path store = directory.resolve("broker.p12");
    this.certificate = directory.resolve("ca.crt");
    keytool(
        "-genkeypair",
        "-alias",
        "broker",
        "-keyalg",
        "RSA",
        "-dname",
        "CN=kafka",
        "-validity",
        "2",
        "-ext",
        "SAN=dns:kafka-1,ip:127.0.0.1",
        "-ext",
        "BC:c",
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString(),
        "-storepass",
        STORE_PASSWORD);
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "broker",
        "-keystore",
        store.toString(),
        "-storepass",
        STORE_PASSWORD,
        "-file",
        certificate.toString());
    this.keyStore = Files.readAllBytes(store);
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home", ""), "bin", "keytool").toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("keytool: " + output);
    }
  }

  /** Files of a service that is this user. */
  Map<String, byte[]> secrets(String user) throws IOException {
    return secrets(user, password(user));
  }

  Map<String, byte[]> secrets(String user, String password) throws IOException {
    return Map.of(
        USER_FILE, login(user, password).getBytes(UTF_8), CA_FILE, Files.readAllBytes(certificate));
  }

  @Override
  public Map<String, String> serviceSettings() {
    return Map.of(
        "MILLRACE_KAFKA__SECURITY_PROTOCOL", "SASL_SSL",
        "MILLRACE_KAFKA__SASL_MECHANISM", "SCRAM-SHA-512",
        "MILLRACE_KAFKA__SASL_JAAS_CONFIG", "${file:" + USER_FILE + "}",
        "MILLRACE_KAFKA__SSL_TRUSTSTORE_TYPE", "PEM",
        "MILLRACE_KAFKA__SSL_TRUSTSTORE_LOCATION", CA_FILE);
  }

  private static String login(String user, String password) {
    return "%s required username=\"%s\" password=\"%s\";"
        .formatted(ScramLoginModule.class.getName(), user, password);
  }

  private static String password(String user) {
    return user + "-secret";
  }

  @Override
  public String protocol() {
    return "SASL_SSL";
  }

  @Override
  public Map<String, byte[]> files() {
    return Map.of("/tmp/broker.p12", keyStore);
  }

  @Override
  public String formatArguments() {
    return Stream.concat(Stream.of(ADMIN), users.stream())
        .map(
            user ->
                " --add-scram 'SCRAM-SHA-512=[name=%s,password=%s]'"
                    .formatted(user, password(user)))
        .collect(Collectors.joining());
  }

  @Override
  public Map<String, String> brokerSettings() {
    return Map.ofEntries(
        Map.entry("ssl.keystore.location", "/tmp/broker.p12"),
        Map.entry("ssl.keystore.type", "PKCS12"),
        Map.entry("ssl.keystore.password", STORE_PASSWORD),
        Map.entry("ssl.truststore.location", "/tmp/broker.p12"),
        Map.entry("ssl.truststore.type", "PKCS12"),
        Map.entry("ssl.truststore.password", STORE_PASSWORD),
        Map.entry("sasl.enabled.mechanisms", "SCRAM-SHA-512"),
        Map.entry("sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-512"),
        Map.entry(
            "listener.name.inside.scram-sha-512.sasl.jaas.config", login(ADMIN, password(ADMIN))),
        Map.entry(
            "listener.name.host.scram-sha-512.sasl.jaas.config", login(ADMIN, password(ADMIN))),
        Map.entry(
            "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
        Map.entry("super.users", "User:" + ADMIN + ";User:ANONYMOUS"));
  }

  @Override
  public Map<String, String> client(String user) {
    return Map.of(
        "security.protocol", "SASL_SSL",
        "sasl.mechanism", "SCRAM-SHA-512",
        "sasl.jaas.config", login(user, password(user)),
        "ssl.truststore.type", "PEM",
        "ssl.truststore.location", certificate.toString());
  }
}
