package io.waxwing.ledger.control;

import io.waxwing.ledger.failure.MalformedException;

/**
 * How long a challenge runs: over when so many blocks and so many milliseconds of block time are behind it, whichever
 * comes later. Blocks, so that every honest leader had its turn; time, so that a holder can be restarted. With 0 blocks
 * a ledger has no challenges: who misses a payload goes on asking for it.
 */
public record ChallengeTerms(int blocks, long timeMs) {
    static final int MAX_BLOCKS = 100_000;
    static final long MAX_TIME_MS = 90L * 24 * 3600 * 1000;

    /** Unless the registry says something else. */
    public static final ChallengeTerms DEFAULT = new ChallengeTerms(0, 600_000);

    /**
     * What a new ledger of several begins with. While a challenge is open a block comes at least every ten seconds, so
     * it is the time that counts, and of twenty leaders each has had three turns.
     */
    public static final ChallengeTerms USUAL = new ChallengeTerms(60, 600_000);

    public ChallengeTerms {
        if (blocks < 0 || blocks > MAX_BLOCKS || timeMs < 1 || timeMs > MAX_TIME_MS) {
            throw new MalformedException(
                    MalformedException.REGISTRY, "a challenge runs for " + blocks + " blocks and " + timeMs + " ms");
        }
    }

    /** Whether payloads may be challenged at all. */
    public boolean areAllowed() {
        return blocks > 0;
    }

    /** While a challenge is open the ledger makes a block at least so often, in milliseconds. */
    public long paceMs() {
        return Math.max(1, timeMs / Math.max(1, blocks));
    }

    /** True if what began there is over. */
    public boolean isOver(long sinceHeight, long sinceMs, long height, long nowMs) {
        return height - sinceHeight >= blocks && nowMs - sinceMs >= timeMs;
    }

    /** How much of it is behind, in thousandths: the smaller share of blocks and time. */
    public int permille(long sinceHeight, long sinceMs, long height, long nowMs) {
        long ofBlocks = 1000 * (height - sinceHeight) / Math.max(1, blocks);
        long ofTime = 1000 * (nowMs - sinceMs) / timeMs;
        return (int) Math.max(0, Math.min(1000, Math.min(ofBlocks, ofTime)));
    }
}
