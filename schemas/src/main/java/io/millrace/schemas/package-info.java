/** All that both services must agree on. */
package io.millrace.schemas;
