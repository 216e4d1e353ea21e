/**
 * An embedded S3 server: S3Proxy over a directory, in process.
 *
 * <p>What comes in: a directory. What goes out: the address that S3 clients use. Knows nothing of
 * Millrace, so that every module's tests can use it; must not import other packages of Millrace.
 */
package io.millrace.objects;
