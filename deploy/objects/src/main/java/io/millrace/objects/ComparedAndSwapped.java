package io.millrace.objects;

import java.io.InputStream;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Makes conditional puts atomic. S3Proxy over a directory compares an If-Match before it writes; S3
 * compares as it writes. Here such puts are serialized, and each compares again in its turn.
 */
final class ComparedAndSwapped extends ForwardingBlobStore {
  private static final int PRECONDITION_FAILED = 412;

  ComparedAndSwapped(BlobStore delegate) {
    super(delegate);
  }

  @Override
  public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
    if (request.ifMatch() == null) {
      return super.putBlob(request, payload);
    }
    synchronized (this) {
      HeadObjectResponse there =
          blobMetadata(
              HeadObjectRequest.builder().bucket(request.bucket()).key(request.key()).build());
      if (there == null || !bare(request.ifMatch()).equals(bare(there.eTag()))) {
        throw preconditionFailed();
      }
      return super.putBlob(request, payload);
    }
  }

  private static String bare(String eTag) {
    return eTag.replace("\"", "");
  }

  private static RuntimeException preconditionFailed() {
    return S3Exception.builder()
        .statusCode(PRECONDITION_FAILED)
        .message("the object has another ETag")
        .awsErrorDetails(AwsErrorDetails.builder().errorCode("PreconditionFailed").build())
        .build();
  }
}
