package io.millrace.deploy.containers;

import java.util.List;

/**
 * What a run came to, as far as it must not depend on when things happened.
 *
 * @param trained the offsets of the samples of the train log, in its order
 * @param deadLetters the offsets of the records among the dead letters, in their order
 * @param weightsSha256 after the last step
 */
record Outcome(List<Long> trained, List<Long> deadLetters, Scored scored, String weightsSha256) {}
