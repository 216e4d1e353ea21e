package io.millrace.schemas.store;

import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;

/** A connection that breaks once after each put, when the server has done it. */
final class AnswersOfPutsAreLostOnce implements SdkHttpClient {
  private final SdkHttpClient client = Apache5HttpClient.create();
  private final Set<URI> lost = new HashSet<>();

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    ExecutableHttpRequest prepared = client.prepareRequest(request);
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        HttpExecuteResponse response = prepared.call();
        boolean isPut = request.httpRequest().method() == SdkHttpMethod.PUT;
        if (isPut && lost.add(request.httpRequest().getUri())) {
          throw new IOException("connection reset");
        }
        return response;
      }

      @Override
      public void abort() {
        prepared.abort();
      }
    };
  }

  @Override
  public void close() {
    client.close();
  }
}
