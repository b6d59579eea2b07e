/**
 * A load generator for MQTT 3.1.1 that is no bottleneck beside a broker on the same two cores: one thread, one
 * selector, one write per connection and turn, no object per message. It speaks only as much MQTT as a load needs and
 * checks what it counts: a message that comes twice, late or never fails the run.
 */
@NullMarked
package io.waxwing.perf.mqtt;

import org.jspecify.annotations.NullMarked;
