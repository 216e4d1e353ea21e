package io.millrace.objects;

import java.io.InputStream;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** Ignores If-None-Match and overwrites, as S3Proxy did before 3.0 and some servers still do. */
final class Unconditional extends ForwardingBlobStore {
  Unconditional(BlobStore delegate) {
    super(delegate);
  }

  @Override
  public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
    return super.putBlob(request.toBuilder().ifNoneMatch(null).build(), payload);
  }
}
