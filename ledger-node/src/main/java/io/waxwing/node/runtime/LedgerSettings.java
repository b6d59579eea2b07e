package io.waxwing.node.runtime;

import io.waxwing.ledger.simplex.Timing;

/**
 * How a ledger is run.
 *
 * @param originLine the ledger's name: a bare host name such as {@code ledger.example}
 * @param institution this institution's name
 * @param heartbeatMs an idle ledger closes an empty block after this long, 0 for never
 * @param checkpointIntervalMs least time between two checkpoints under load; an idle ledger publishes at once
 * @param inboxCapacity batches, records, and messages that may wait
 * @param timing how long consensus waits
 */
public record LedgerSettings(
        String originLine,
        String institution,
        long heartbeatMs,
        long checkpointIntervalMs,
        int inboxCapacity,
        Timing timing) {
    public LedgerSettings {
        if (heartbeatMs < 0 || checkpointIntervalMs < 0 || inboxCapacity < 1) {
            throw new IllegalArgumentException("heartbeat and checkpoint interval >= 0, inbox >= 1");
        }
    }

    /** Heartbeat every 30 s, at most 20 checkpoints a second, 4096 waiting. */
    public static LedgerSettings of(String originLine, String institution) {
        return new LedgerSettings(originLine, institution, 30_000, 50, 4096, Timing.LAN);
    }
}
