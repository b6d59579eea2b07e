package io.waxwing.node.runtime;

import io.waxwing.ledger.chain.LedgerChain;
import java.util.concurrent.TimeUnit;

/**
 * Wants a block now and then though nothing is to be ordered: it proves that nothing happened. More often while a
 * challenge is open, since its time passes in blocks. Ledger thread.
 */
final class Heartbeat {
    private final LedgerChain chain;
    private final long everyMs;
    private long lastBlockNanos;
    private boolean called;

    /** {@code everyMs} is 0 for never, unless a challenge is open. */
    Heartbeat(LedgerChain chain, long everyMs) {
        this.chain = chain;
        this.everyMs = everyMs;
    }

    void start(long nowNanos) {
        lastBlockNanos = nowNanos;
    }

    /** A block is final. */
    void onFinal(long nowNanos) {
        lastBlockNanos = nowNanos;
        called = false;
    }

    /** When the next one is due; Long.MAX_VALUE for never. */
    long dueNanos() {
        long every = everyMs;
        if (chain.last().disputes().isOpen()) {
            long pace = chain.last().registry().challengeTerms().paceMs();
            every = every == 0 ? pace : Math.min(every, pace);
        }
        return called || every == 0 ? Long.MAX_VALUE : lastBlockNanos + TimeUnit.MILLISECONDS.toNanos(every);
    }

    /** Asks the chain for a block if it is due; true if so. */
    boolean beat(long nowNanos) {
        long due = dueNanos();
        if (due == Long.MAX_VALUE || nowNanos - due < 0) {
            return false;
        }
        chain.heartbeat();
        called = true;
        return true;
    }
}
