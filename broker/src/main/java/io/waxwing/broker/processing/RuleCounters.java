package io.waxwing.broker.processing;

import java.util.concurrent.atomic.LongAdder;

/** What one rule has done since it was made, changed, or the node began. Any thread. */
final class RuleCounters {
    final LongAdder passedOver = new LongAdder();
    final LongAdder unanswered = new LongAdder();
    final LongAdder done = new LongAdder();
    final LongAdder retried = new LongAdder();
    final LongAdder dead = new LongAdder();
}
