/** The millrace command: every service, and a broker, in one process. */
package io.millrace.cli;
