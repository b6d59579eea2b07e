/**
 * Topic names, filters, the structure that matches one against many of the other, and the policy of a topic: delivery
 * class and acknowledgement. Pure; a {@link io.waxwing.bus.topic.TopicTrie} belongs to one thread.
 */
@NullMarked
package io.waxwing.bus.topic;

import org.jspecify.annotations.NullMarked;
