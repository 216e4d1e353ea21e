/**
 * The pipeline's own topics: their names, how they must be made, and what differs on a cluster.
 *
 * <p>What comes in: the pipeline's name, its topic settings and an admin client. What goes out:
 * topics, and differences with the commands that mend them. Must not import features, services or
 * the ops endpoint.
 */
package io.millrace.schemas.topics;
