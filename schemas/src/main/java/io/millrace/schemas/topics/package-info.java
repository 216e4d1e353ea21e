/**
 * The pipeline's own topics: their names, how they must be created, what differs on a cluster, and
 * what a service checks when it starts.
 *
 * <p>What comes in: the pipeline's name, its topic settings and an admin client. What goes out:
 * topics, differences with the commands that correct them, and the announced checkpoints. Must not
 * import features, services or the ops endpoint.
 */
package io.millrace.schemas.topics;
