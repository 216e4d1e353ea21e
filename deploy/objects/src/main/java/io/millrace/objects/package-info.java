/**
 * An embedded S3 server: S3Proxy over a directory, in process.
 *
 * <p>In: a directory. Out: the address that S3 clients use. Start with {@link
 * io.millrace.objects.EmbeddedObjects}. Must not import another package of Millrace.
 */
package io.millrace.objects;
